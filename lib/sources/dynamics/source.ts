import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { sharedAccessToken } from '../access-token.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import type { DataverseApi } from './call.ts'
import { requestEntraToken } from './entra-token.ts'
import { fetchDynamicsCustomers } from './fetch-customers.ts'
import { listDynamicsChanges } from './list-changed.ts'
import { fetchOrganization } from './organization.ts'
import { readDynamicsChanges } from './read-changes.ts'
import { verifyDynamicsKey } from './signature.ts'

export type DynamicsOptions = {
  /** The key that the webhook was registered with; two during rotation. Without any, every request is rejected. */
  readonly webhookKeys: readonly string[]
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** `https://{organization}.crm.dynamics.com`. */
  readonly origin: string | undefined
  readonly loginOrigin: string
  readonly fields?: FieldOverrides | undefined
  readonly store: TokenStore
  readonly clock: Clock
}

/**
 * Microsoft Dataverse, the database of Dynamics 365: webhooks of contacts, accounts and leads, whose records are read from the
 * Web API v9.2. What a webhook contains of a record is not used: it lists changed columns only, and an image leaves out the
 * empty ones, so that an emptied column cannot be told from one that was not asked for.
 */
export function dynamicsSource(options: DynamicsOptions): CrmSource {
  const { webhookKeys, origin, loginOrigin, tenantId, clientId, clientSecret, store, clock } = options
  const tokens = sharedAccessToken({
    name: 'dynamics',
    title: 'Dynamics 365',
    credentials: [loginOrigin, tenantId, clientId, clientSecret, origin],
    store,
    clock,
    request: () => requestEntraToken(options),
  })
  const api: DataverseApi = { origin, tokens, clock }
  const ownOrganization = askedOnce(() => fetchOrganization(api))
  return {
    name: 'dynamics',
    door: {
      mediaTypes: ['application/json'],
      success: { status: 200, body: '', headers: {} },
      // Dataverse repeats nothing but 502, 503 and 504: any other answer is a failed system job that somebody has to resume.
      badFormatStatus: 200,
      verify: (request) => verifyDynamicsKey(request, webhookKeys),
      readChanges: readDynamicsChanges,
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchDynamicsCustomers(refs, { ...api, fields: options.fields }),
    readsTogether: 20,
    listChanged: (since, cursor) => listDynamicsChanges(since, cursor, ownOrganization, api),
    ownsAccount: async (account) => !isForeign(account, origin ? await ownOrganization() : undefined),
  }
}
