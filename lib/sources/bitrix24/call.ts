import type * as z from 'zod'
import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { errorSchema } from './schemas.ts'

export type Connection = {
  /** The portal. */
  readonly origin: string | undefined
  /** `<user>/<code>` of an incoming webhook. It is part of every URL, so no error may name a URL. */
  readonly accessToken: string | undefined
  readonly clock: Clock
}

/**
 * Calls a method with JSON and returns whatever is answered (https://apidocs.bitrix24.com/first-steps/how-to-use-rest-api.html).
 * Throws Misconfigured when the address or the token is missing or malformed, RetryLater when Bitrix24 cannot be reached.
 */
export async function callBitrix24(
  method: string,
  parameters: Readonly<Record<string, unknown>>,
  { origin, accessToken }: Connection,
): Promise<HttpResponse> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'BITRIX24_API_URL is not set')
  if (!accessToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'BITRIX24_ACCESS_TOKEN is not set')
  if (!/^\d+\/\w+$/.test(accessToken)) {
    throw new Misconfigured('BAD_SETTING', 'BITRIX24_ACCESS_TOKEN: expected <user>/<code>')
  }
  return sendRequest({
    method: 'POST',
    url: `${origin}/rest/${accessToken}/${method}`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(parameters),
  })
}

/**
 * The answer as validated JSON. Throws by the code of an error, whatever its status, else as `readAnswer` does
 * (https://apidocs.bitrix24.com/limits.html).
 */
export function readBitrix24Answer<T>(schema: z.ZodType<T>, response: HttpResponse, clock: Clock): T {
  const now = clock.now()
  const refusal = refusals[errorOf(response)?.code ?? '']
  if (refusal) throw refusal(response, now)
  if (response.status === 404 || response.status === 410) {
    throw new Misconfigured('CRM_NOT_THERE', 'Bitrix24 has no such method: check BITRIX24_API_URL', {
      status: response.status,
    })
  }
  return readAnswer('Bitrix24', schema, response, now)
}

/** Whether the answer says that the record does not exist. */
export function isNotFound(response: HttpResponse): boolean {
  return errorOf(response)?.code === 'NOT_FOUND'
}

type Refusal = (response: HttpResponse, now: Date) => Error

const denied =
  (why: string): Refusal =>
  ({ status }) =>
    new Misconfigured('CRM_DENIED', `Bitrix24 ${why}`, { status })

const throttled =
  (why: string, secondsUntil: (response: HttpResponse, now: Date) => number): Refusal =>
  (response, now) =>
    new RetryLater('CRM_THROTTLED', `Bitrix24 ${why}; it will be retried`, {
      status: response.status,
      afterSeconds: secondsUntil(response, now),
      growing: true,
      counts: false,
    })

/** Two calls a second leak out of the bucket. */
const bucketSeconds = 2
const shortestBlockSeconds = 60
/** The time of the calls is summed up over ten minutes. */
const longestBlockSeconds = 600

const refusals: Readonly<Record<string, Refusal>> = {
  QUERY_LIMIT_EXCEEDED: throttled('asks us to slow down', () => bucketSeconds),
  OPERATION_TIME_LIMIT: throttled('has used up the time of this method', (response, now) => {
    const seconds = (errorOf(response)?.resetAt ?? 0) - now.getTime() / 1000
    return Math.min(longestBlockSeconds, Math.max(shortestBlockSeconds, Math.ceil(seconds)))
  }),
  OVERLOAD_LIMIT: denied('has blocked its REST API because of overload: ask its support'),
  ACCESS_DENIED: denied("does not let the incoming webhook's user read this: check the user's rights"),
  ERROR_METHOD_NOT_FOUND: denied('does not offer this method: give the incoming webhook the permission crm'),
}

type BitrixError = { readonly code: string; readonly resetAt: number | undefined }

/** Codes in upper case. For requisites, a missing right is told by the description only. */
function errorOf({ text }: HttpResponse): BitrixError | undefined {
  const { data } = errorSchema.safeParse(answeredJson(text))
  if (!data) return undefined
  const told = data.error === '0' ? '' : data.error
  const code = (told || data.error_description || '').toUpperCase()
  return {
    code: code.startsWith('ACCESS DENIED') ? 'ACCESS_DENIED' : code,
    resetAt: data.time?.operating_reset_at,
  }
}
