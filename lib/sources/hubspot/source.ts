import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isForeign } from '../own-account.ts'
import { customerIdWriter } from '../write-back.ts'
import type { HubspotAccessTokens } from './access-tokens.ts'
import { fetchHubspotCustomers } from './fetch-customers.ts'
import { listHubspotChanges } from './list-changed.ts'
import { hubspotPortals } from './portal.ts'
import { readHubspotChanges } from './read-changes.ts'
import { verifyHubspotSignature } from './signature.ts'
import { writeHubspotIds } from './write-back.ts'

export type HubspotOptions = {
  /** The app's client secret; two during rotation. Without any, every request is rejected. */
  readonly clientSecrets: readonly string[]
  readonly accessTokens: HubspotAccessTokens
  readonly origin: string
  /** The URL configured in HubSpot, without a query. Signatures cover it. */
  readonly url: string
  readonly allowUntimedSignatures: boolean
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
  readonly clock: Clock
}

/** HubSpot: thin webhooks for contacts and companies (Webhooks v3); records are read from the CRM objects API v3. */
export function hubspotSource(options: HubspotOptions): CrmSource {
  const { clientSecrets, url, allowUntimedSignatures, writeBack, clock } = options
  const portalOf = hubspotPortals(options)
  return {
    name: 'hubspot',
    door: {
      mediaTypes: ['application/json'],
      answers: { queued: 202, ignored: 202, unreadable: 400, head: 405 },
      verify: (request) => verifyHubspotSignature(request, { clientSecrets, url, allowUntimedSignatures }),
      readChanges: (request) => readHubspotChanges(request, writeBack),
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchHubspotCustomers(refs, options),
    readsTogether: 100,
    listChanged: (since, cursor) => listHubspotChanges(since, cursor, portalOf, options),
    ...(writeBack && {
      writeBack: customerIdWriter(writeBack, clock, (ref, ids) =>
        writeHubspotIds(ref, ids, { ...options, writeBack }),
      ),
    }),
    ownsAccount: async (account) => !isForeign(account, await portalOf(account)),
  }
}
