import { Misconfigured, WebhookRejected } from '../../core/model/errors.ts'
import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import type { WebhookAnswer } from '../../core/ports/webhook-answers.ts'

const host = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/

/** The hosts of `CLOUDEVENTS_ALLOWED_ORIGINS`, in lower case. Throws Misconfigured when one is not a host name. */
export function parseAllowedOrigins(text = ''): ReadonlySet<string> {
  const hosts = text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
  if (hosts.every((entry) => host.test(entry))) return new Set(hosts)
  throw new Misconfigured(
    'BAD_SETTING',
    'CLOUDEVENTS_ALLOWED_ORIGINS: expected host names separated by commas, such as eventgrid.azure.net',
  )
}

/**
 * The answer to the handshake by which a sender asks, before it sends the first event, whether it may (HTTP 1.1 Web Hooks for
 * Event Delivery, section 4, Abuse Protection). It proves nothing about the sender: each event needs its token. Null for a
 * request that is no handshake. Throws WebhookRejected 403 for any other origin.
 *
 * `WebHook-Request-Callback` is ignored: the answer is given at once, and no URL of a stranger is called.
 */
export function answerHandshake(
  { method, headers }: WebhookRequest,
  allowedOrigins: ReadonlySet<string>,
): WebhookAnswer | null {
  const origin = headers['webhook-request-origin']?.trim()
  if (method !== 'OPTIONS' || !origin) return null
  if (!allowedOrigins.has(origin.toLowerCase())) {
    throw new WebhookRejected(
      403,
      'ORIGIN_NOT_ALLOWED',
      'WebHook-Request-Origin is none of CLOUDEVENTS_ALLOWED_ORIGINS',
    )
  }
  return {
    status: 200,
    body: '',
    // The source itself has no limit. API Gateway's limit is answered by 429.
    headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' },
  }
}
