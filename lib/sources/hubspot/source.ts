import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { accepted, type CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isForeign } from '../own-account.ts'
import type { HubspotAccessTokens } from './access-tokens.ts'
import { fetchHubspotCustomers } from './fetch-customers.ts'
import { listHubspotChanges } from './list-changed.ts'
import { hubspotPortals } from './portal.ts'
import { readHubspotChanges } from './read-changes.ts'
import { verifyHubspotSignature } from './signature.ts'

export type HubspotOptions = {
  /** The app's client secret; two during rotation. Without any, every request is rejected. */
  readonly clientSecrets: readonly string[]
  readonly accessTokens: HubspotAccessTokens
  readonly origin: string
  /** The URL configured in HubSpot, without a query. Signatures cover it. */
  readonly url: string
  readonly allowUntimedSignatures: boolean
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/** HubSpot: thin webhooks for contacts and companies (Webhooks v3); records are read from the CRM objects API v3. */
export function hubspotSource(options: HubspotOptions): CrmSource {
  const { clientSecrets, url, allowUntimedSignatures } = options
  const portalOf = hubspotPortals(options)
  return {
    name: 'hubspot',
    door: {
      mediaTypes: ['application/json'],
      success: accepted,
      badFormatStatus: 400,
      verify: (request) => verifyHubspotSignature(request, { clientSecrets, url, allowUntimedSignatures }),
      readChanges: readHubspotChanges,
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchHubspotCustomers(refs, options),
    readsTogether: 100,
    listChanged: (since, cursor) => listHubspotChanges(since, cursor, portalOf, options),
    ownsAccount: async (account) => !isForeign(account, await portalOf(account)),
  }
}
