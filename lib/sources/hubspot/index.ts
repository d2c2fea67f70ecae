import type { FieldOverrides } from '../../core/config/sync-config.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { checkedOrigin } from '../../support/http.ts'
import { isForeign } from '../own-account.ts'
import type { HubspotAccessTokens } from './access-tokens.ts'
import { fetchHubspotCustomers } from './fetch-customers.ts'
import { hubspotPortals } from './portal.ts'
import { readHubspotChanges } from './read-changes.ts'
import { verifyHubspotSignature } from './signature.ts'

export { parseAccessTokens } from './access-tokens.ts'
export { signHubspotRequest } from './signature.ts'

export type HubspotOptions = {
  /** The app's client secret; two while it is being rotated. None: every request is refused. */
  readonly clientSecrets: readonly string[]
  readonly accessTokens: HubspotAccessTokens
  /** HubSpot's own when left out. */
  readonly apiUrl?: string | undefined
  /** `WEBHOOK_PUBLIC_URL`: what HubSpot was given, without `/webhooks/hubspot`. Signatures cover it. */
  readonly publicUrl: string
  readonly allowUntimedSignatures?: boolean
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * HubSpot: thin webhooks of contacts and companies (Webhooks v3), records read back by the CRM objects API v3.
 * Throws Misconfigured when `apiUrl` is not HubSpot's.
 */
export function hubspotSource(options: HubspotOptions): CrmSource {
  const { clientSecrets, publicUrl, allowUntimedSignatures = false } = options
  const origin = checkedOrigin(
    options.apiUrl ?? 'https://api.hubapi.com',
    ['api.hubapi.com', '.hubapi.com'],
    'HUBSPOT_API_URL',
  )
  const url = `${publicUrl.replace(/\/+$/, '')}/webhooks/hubspot`
  const portalOf = hubspotPortals({ ...options, origin })
  return {
    name: 'hubspot',
    mediaTypes: ['application/json'],
    success: { status: 202 },
    badFormatStatus: 400,
    canFetch: true,
    sendsSnapshots: false,
    verify: (request) => verifyHubspotSignature(request, { clientSecrets, url, allowUntimedSignatures }),
    readChanges: readHubspotChanges,
    fetchCustomers: (refs) => fetchHubspotCustomers(refs, { ...options, origin }),
    ownsAccount: async (account) => !isForeign(account, await portalOf(account)),
  }
}
