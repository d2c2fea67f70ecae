import { accepted, type CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { fetchStandardCustomers } from './fetch-customers.ts'
import { readStandardWebhook } from './read-changes.ts'
import { verifyStandardWebhook, webhookKey } from './signature.ts'

export type StandardWebhooksOptions = {
  /** `whsec_…`; two while it is being rotated. None: every request is refused. */
  readonly secrets: readonly string[]
  /** The sender's read API, for events that hold ids only. */
  readonly origin?: string | undefined
  readonly accessToken?: string | undefined
  readonly clock: Clock
}

/**
 * The generic door: any system that signs by the Standard Webhooks specification and sends our customer document.
 * Throws Misconfigured when a secret is not `whsec_` and base64.
 */
export function standardWebhooksSource(options: StandardWebhooksOptions): CrmSource {
  const keys = options.secrets.filter((secret) => secret.trim() !== '').map(webhookKey)
  const { origin } = options
  return {
    name: 'standard-webhooks',
    door: {
      mediaTypes: ['application/json'],
      success: accepted,
      badFormatStatus: 400,
      verify: (request) => verifyStandardWebhook(request, keys),
      readChanges: (request) => readStandardWebhook(request, origin !== undefined),
    },
    sendsSnapshots: true,
    // Accounts are the sender's own, and its read API is asked for them by name.
    ownsAccount: async () => true,
    ...(origin !== undefined && {
      fetchCustomers: (refs) => fetchStandardCustomers(refs, { ...options, origin }),
    }),
  }
}
