import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { checkedOrigin } from '../../support/http.ts'
import { fetchStandardCustomers } from './fetch-customers.ts'
import { readStandardWebhook } from './read-changes.ts'
import { verifyStandardWebhook, webhookKey } from './signature.ts'

export { signStandardWebhook } from './signature.ts'

export type StandardWebhooksOptions = {
  /** `whsec_…`; two while it is being rotated. None: every request is refused. */
  readonly secrets: readonly string[]
  /** The sender's read API, for events that hold ids only. */
  readonly apiUrl?: string | undefined
  readonly accessToken?: string | undefined
  readonly clock: Clock
}

/**
 * The generic door: any system that signs by the Standard Webhooks specification and sends our customer document.
 * Throws Misconfigured when a secret is not `whsec_` and base64, or `apiUrl` is not an origin.
 */
export function standardWebhooksSource(options: StandardWebhooksOptions): CrmSource {
  const keys = options.secrets.filter((secret) => secret.trim() !== '').map(webhookKey)
  const origin = options.apiUrl ? ownOrigin(options.apiUrl) : undefined
  return {
    name: 'standard-webhooks',
    mediaTypes: ['application/json'],
    success: { status: 202 },
    badFormatStatus: 400,
    canFetch: origin !== undefined,
    sendsSnapshots: true,
    verify: (request) => verifyStandardWebhook(request, keys),
    readChanges: (request) => readStandardWebhook(request, origin !== undefined),
    // Accounts are the sender's own, and its read API is asked for them by name.
    ownsAccount: async () => true,
    fetchCustomers: (refs) => fetchStandardCustomers(refs, { ...options, origin }),
  }
}

/** The operator's own API may live anywhere; it must still be an origin, and https. */
function ownOrigin(apiUrl: string): string {
  const host = URL.canParse(apiUrl) ? new URL(apiUrl).host : 'crm.example'
  return checkedOrigin(apiUrl, [host], 'STANDARD_WEBHOOKS_API_URL')
}
