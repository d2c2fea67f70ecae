import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { throttledSchema } from './schemas.ts'

export type CloseApi = {
  readonly origin: string
  readonly apiKey: string | undefined
}
type Call = CloseApi & {
  readonly method: 'GET' | 'POST'
  /** After `/api/v1`. */
  readonly path: string
  readonly body?: unknown
}

/**
 * Sends one call to Close's API, with the API key as the user of HTTP Basic. Resolves with any status but a 429 that says how
 * long to wait: then throws RetryLater. Throws Misconfigured without a key, else as `sendRequest` does.
 */
export async function callClose({ origin, apiKey, method, path, body }: Call): Promise<HttpResponse> {
  if (!apiKey) throw new Misconfigured('NO_ACCESS_TOKEN', 'CLOSE_ACCESS_TOKEN is not set')
  const response = await sendRequest({
    method,
    url: `${origin}/api/v1${path}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${apiKey}:`, 'utf8').toString('base64')}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // A lead has all its contacts and custom fields.
    maxBytes: 8 * 1024 * 1024,
  })
  checkRateLimit(response)
  return response
}

/** Close asks to wait for `rate_reset` seconds (https://developer.close.com/api/overview/rate-limits). */
function checkRateLimit({ status, headers, text }: HttpResponse): void {
  if (status !== 429 || headers['retry-after'] !== undefined) return
  const reset = resetIn(text) ?? Number(/reset=(\d+(?:\.\d+)?)/.exec(String(headers['ratelimit']))?.[1])
  if (!(reset >= 0)) return
  throw new RetryLater('CRM_THROTTLED', 'Close asks us to slow down; it will be retried', {
    status,
    afterSeconds: Math.min(Math.ceil(reset), 86_400),
    counts: false,
  })
}

function resetIn(text: string): number | undefined {
  const { data } = throttledSchema.safeParse(answeredJson(text))
  return data?.rate_reset ?? data?.error?.rate_reset ?? undefined
}
