import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { parseJson } from '../../support/json.ts'
import type { AccessTokens } from '../access-token.ts'
import { errorsSchema } from './schemas.ts'

export type SalesforceApi = {
  readonly origin: string | undefined
  readonly tokens: AccessTokens
  readonly clock: Clock
}

type Call = {
  readonly method: 'GET' | 'PATCH'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The REST API in the version that this release is written for. */
export const dataPath = '/services/data/v62.0'
/** Over the daily limit, calls are possible again as the last 24 hours move on. */
const limitSeconds = 900

/**
 * Sends a call; once again with another token when Salesforce has ended the session of this one (401). Resolves with any
 * status. Throws RetryLater when the daily limit of calls is used up.
 */
export async function callSalesforce(
  { method, path, headers, body }: Call,
  { origin, tokens }: SalesforceApi,
): Promise<HttpResponse> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'SALESFORCE_API_URL is not set')
  const send = ({ token }: { readonly token: string }) =>
    sendRequest({
      method,
      url: `${origin}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      maxBytes: 8 * 1024 * 1024,
    })
  const used = await tokens.current()
  const first = await send(used)
  const response = first.status === 401 ? await send(await tokens.current(used.token)) : first
  if (errorCodeIn(response) !== 'REQUEST_LIMIT_EXCEEDED') return response
  throw new RetryLater(
    'CRM_THROTTLED',
    'the API calls of the last 24 hours are used up; it will be retried',
    { status: response.status, afterSeconds: limitSeconds, counts: false },
  )
}

/** The code of an error (400 or 403). Codes are Salesforce's own, never text of the record. */
export function errorCodeIn({ status, text }: HttpResponse): string | undefined {
  if (status !== 400 && status !== 403) return undefined
  try {
    return errorsSchema.safeParse(parseJson(Buffer.from(text, 'utf8'))).data?.[0]?.errorCode
  } catch {
    return undefined
  }
}
