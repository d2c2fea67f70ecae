import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { fetchGenericCustomers } from '../generic/fetch-customers.ts'
import { mediaTypes } from './events-in.ts'
import { answerHandshake, parseAllowedOrigins } from './handshake.ts'
import { readCloudEvents } from './read-changes.ts'
import { verifyBearer } from './signature.ts'

export type CloudEventsOptions = {
  /** The bearer token; two during rotation. Without any, every request is rejected. */
  readonly secrets: readonly string[]
  /** Hosts that the handshake is granted to, separated by commas. */
  readonly allowedOrigins?: string | undefined
  readonly allowTokenInQuery?: boolean
  /** The sender's read API, for events that contain ids only. */
  readonly origin?: string | undefined
  readonly accessToken?: string | undefined
  readonly clock: Clock
}

/**
 * Any system that sends our customer document as CloudEvents 1.0, in the structured, binary or batched mode. Throws
 * Misconfigured when the allowed origins are not host names.
 */
export function cloudEventsSource(options: CloudEventsOptions): CrmSource {
  const { secrets, allowTokenInQuery = false, origin } = options
  const allowedOrigins = parseAllowedOrigins(options.allowedOrigins)
  return {
    name: 'cloudevents',
    door: {
      mediaTypes,
      // HTTP 1.1 Web Hooks for Event Delivery, section 2.2: 202 is accepted but not processed yet, 415 a format that is not understood.
      answers: { queued: 202, ignored: 200, unreadable: 415, head: 405 },
      handshake: (request) => answerHandshake(request, allowedOrigins),
      verify: (request) => verifyBearer(request, { secrets, allowTokenInQuery }),
      readChanges: (request) => readCloudEvents(request, origin !== undefined),
    },
    sendsSnapshots: true,
    // The sender defines the accounts, and requests to its read API name them.
    ownsAccount: async () => true,
    ...(origin !== undefined && {
      fetchCustomers: (refs) =>
        fetchGenericCustomers(refs, { ...options, variable: 'CLOUDEVENTS_API_URL', origin }),
    }),
  }
}
