import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { fetchGenericCustomers } from '../generic/fetch-customers.ts'
import { readStandardWebhook } from './read-changes.ts'
import { verifyStandardWebhook, webhookKey } from './signature.ts'

export type StandardWebhooksOptions = {
  /** `whsec_…`; two during rotation. Without any, every request is rejected. */
  readonly secrets: readonly string[]
  /** The sender's read API, for events that contain ids only. */
  readonly origin?: string | undefined
  readonly accessToken?: string | undefined
  readonly clock: Clock
}

/**
 * The generic source: any system that signs as Standard Webhooks specifies and sends our customer document. Throws
 * Misconfigured when a secret is not `whsec_` and base64.
 */
export function standardWebhooksSource(options: StandardWebhooksOptions): CrmSource {
  const keys = options.secrets.filter((secret) => secret.trim() !== '').map(webhookKey)
  const { origin } = options
  return {
    name: 'standard-webhooks',
    door: {
      mediaTypes: ['application/json'],
      answers: { queued: 202, ignored: 202, unreadable: 400, head: 405 },
      verify: (request) => verifyStandardWebhook(request, keys),
      readChanges: (request) => readStandardWebhook(request, origin !== undefined),
    },
    sendsSnapshots: true,
    // The sender defines the accounts, and requests to its read API name them.
    ownsAccount: async () => true,
    ...(origin !== undefined && {
      fetchCustomers: (refs) =>
        fetchGenericCustomers(refs, { ...options, variable: 'STANDARD_WEBHOOKS_API_URL', origin }),
    }),
  }
}
