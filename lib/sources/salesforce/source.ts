import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { customerIdWriter } from '../write-back.ts'
import { fetchSalesforceCustomers } from './fetch-customers.ts'
import { listSalesforceChanges } from './list-changed.ts'
import { fetchOrganization } from './organization.ts'
import { readSalesforceMessage } from './read-changes.ts'
import { readSalesforceEvent } from './read-event.ts'
import type { SalesforceCredentials } from './request-token.ts'
import { type SalesforceProof, verifySalesforceSecret } from './signature.ts'
import { salesforceTokens } from './tokens.ts'
import { writeSalesforceIds } from './write-back.ts'

export type SalesforceOptions = SalesforceProof &
  SalesforceCredentials & {
    readonly fields?: FieldOverrides | undefined
    readonly writeBack?: WriteBack | undefined
    readonly tokenStore: TokenStore
    readonly clock: Clock
  }

/** Salesforce sends a message again for 24 hours unless it gets exactly this with status 200. */
const acknowledgement = {
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
}

/**
 * Salesforce: Outbound Messages by webhook and Change Data Capture by EventBridge, for contacts, accounts and leads. Records
 * are read with the REST API.
 */
export function salesforceSource(options: SalesforceOptions): CrmSource {
  const { organizations, fields, writeBack, clock, tokenStore } = options
  const api = { origin: options.origin, tokens: salesforceTokens(options, tokenStore), clock }
  const organization = askedOnce(() => fetchOrganization(api))
  return {
    name: 'salesforce',
    door: {
      mediaTypes: ['text/xml'],
      // An unreadable message would be sent again for 24 hours, and hold up those after it.
      answers: { queued: 200, ignored: 200, unreadable: 200, head: 405, acknowledgement },
      verify: (request) => verifySalesforceSecret(request, options),
      readChanges: (request) => readSalesforceMessage(request, organizations),
    },
    readEvent: (event) => readSalesforceEvent(event, organizations, writeBack),
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchSalesforceCustomers(refs, { ...api, fields, writeBack }),
    readsTogether: 100,
    listChanged: (since, cursor) => listSalesforceChanges(since, cursor, organization, api),
    listsDeleted: true,
    ...(writeBack && {
      writeBack: customerIdWriter(writeBack, clock, (ref, ids) =>
        writeSalesforceIds(ref, ids, writeBack, api),
      ),
    }),
    ownsAccount: async (account) => !isForeign(account, await organization()),
  }
}
