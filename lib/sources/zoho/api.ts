import * as z from 'zod'
import { Misconfigured } from '../../core/model/errors.ts'
import type { AccessToken } from '../../core/ports/token-store.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { checkedOrigin } from '../../support/origin.ts'
import { hasCredentials, type ZohoCredentials, zohoAccessTokens } from './access-token.ts'

/** The API's hosts in all data centres. Access tokens are sent to these only. */
export const apiHosts = [
  '.zohoapis.com',
  '.zohoapis.eu',
  '.zohoapis.in',
  '.zohoapis.com.au',
  '.zohoapis.jp',
  '.zohoapis.ca',
  '.zohoapis.sa',
  '.zohoapis.uk',
  '.zohoapis.com.cn',
] as const

export type ZohoConnection = ZohoCredentials & {
  /** Used instead of the address that comes with the token. */
  readonly apiOrigin: string | undefined
}

type Call = {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below `/crm/v8`. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Calls the API v8. Resolves with any status; after a 401, once more with a new token. Throws Misconfigured without
 * credentials, and as `zohoAccessTokens` does.
 */
export type ZohoApi = (call: Call) => Promise<HttpResponse>

export function zohoApi(connection: ZohoConnection): ZohoApi {
  const tokens = zohoAccessTokens(connection)
  return async (call) => {
    if (!hasCredentials(connection)) {
      throw new Misconfigured(
        'NO_ACCESS_TOKEN',
        'ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN are not all set',
      )
    }
    const token = await tokens.current()
    const response = await send(call, token, connection)
    if (response.status !== 401 || codeOf(response) === scopeMismatch) return response
    return send(call, await tokens.current(token.token), connection)
  }
}

/** Another token of the same refresh token would have the same scopes. */
const scopeMismatch = 'OAUTH_SCOPE_MISMATCH'

async function send(
  { method, path, body, headers }: Call,
  token: AccessToken,
  { apiOrigin }: ZohoConnection,
): Promise<HttpResponse> {
  return sendRequest({
    method,
    url: `${apiOrigin ?? originOf(token)}/crm/v8${path}`,
    headers: {
      authorization: `Zoho-oauthtoken ${token.token}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    maxBytes: 8 * 1024 * 1024,
  })
}

function originOf({ apiUrl }: AccessToken): string {
  if (apiUrl !== null) return checkedOrigin(apiUrl, apiHosts, "the api_domain of Zoho's access token")
  throw new Misconfigured('NO_API_URL', 'Zoho does not tell the address of its API: set ZOHO_API_URL')
}

/** The code of an error; undefined where the answer has none. */
export function codeOf({ text }: HttpResponse): string | undefined {
  return errorSchema.safeParse(answeredJson(text)).data?.code
}

const errorSchema = z.object({ code: z.string() })

/** A time as Zoho reads it: in whole seconds, with an offset. */
export function zohoTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, '+00:00')
}
