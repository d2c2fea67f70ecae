import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource, WebhookAnswer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { sharedAccessToken } from '../access-token.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { fetchSalesforceCustomers } from './fetch-customers.ts'
import { listSalesforceChanges } from './list-changed.ts'
import { fetchOrganization } from './organization.ts'
import { readSalesforceMessage } from './read-changes.ts'
import { readSalesforceEvent } from './read-event.ts'
import { requestSalesforceToken, type SalesforceCredentials } from './request-token.ts'
import { type SalesforceProof, verifySalesforceSecret } from './signature.ts'

export type SalesforceOptions = SalesforceProof &
  SalesforceCredentials & {
    readonly fields?: FieldOverrides | undefined
    readonly tokenStore: TokenStore
    readonly clock: Clock
  }

/** Salesforce sends a message again for 24 hours unless it gets exactly this with status 200. */
const acknowledged: WebhookAnswer = {
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
}

/**
 * Salesforce: Outbound Messages by webhook and Change Data Capture by EventBridge, for contacts, accounts and leads. Records
 * are read with the REST API.
 */
export function salesforceSource(options: SalesforceOptions): CrmSource {
  const { organizations, fields, origin, clientId, clientSecret, username, tokenStore, clock } = options
  const tokens = sharedAccessToken({
    name: 'salesforce',
    title: 'Salesforce',
    credentials: [origin, clientId, clientSecret, username],
    store: tokenStore,
    clock,
    request: () => requestSalesforceToken(options),
  })
  const api = { origin, tokens, clock }
  const organization = askedOnce(() => fetchOrganization(api))
  return {
    name: 'salesforce',
    door: {
      mediaTypes: ['text/xml'],
      success: acknowledged,
      // An unreadable message would be sent again for 24 hours, and hold up those after it.
      badFormatStatus: 200,
      verify: (request) => verifySalesforceSecret(request, options),
      readChanges: (request) => readSalesforceMessage(request, organizations),
    },
    readEvent: (event) => readSalesforceEvent(event, organizations),
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchSalesforceCustomers(refs, { ...api, fields }),
    readsTogether: 100,
    listChanged: (since, cursor) => listSalesforceChanges(since, cursor, organization, api),
    listsDeleted: true,
    ownsAccount: async (account) => !isForeign(account, await organization()),
  }
}
