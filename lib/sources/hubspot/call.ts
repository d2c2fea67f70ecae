import { RetryLater } from '../../core/model/errors.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'

type Call = {
  readonly origin: string
  readonly token: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly body?: unknown
}

/**
 * Sends one call to HubSpot's API. Resolves with any status but a 429 over the rolling limit. Throws RetryLater for
 * that, with HubSpot's wait, and when HubSpot cannot be reached.
 */
export async function callHubspot({ origin, token, method, path, body }: Call): Promise<HttpResponse> {
  const response = await sendRequest({
    method,
    url: `${origin}${path}`,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    maxBytes: 8 * 1024 * 1024,
  })
  checkRollingLimit(response)
  return response
}

/** HubSpot's 429 has no Retry-After. Over the rolling limit, its interval is the time to wait. */
function checkRollingLimit({ status, headers }: HttpResponse): void {
  const interval = Number(headers['x-hubspot-ratelimit-interval-milliseconds'])
  if (status !== 429 || headers['retry-after'] !== undefined || !(interval > 0)) return
  throw new RetryLater('CRM_THROTTLED', 'HubSpot asks us to slow down; it will be retried', {
    status,
    afterSeconds: Math.ceil(interval / 1000),
    counts: false,
  })
}
