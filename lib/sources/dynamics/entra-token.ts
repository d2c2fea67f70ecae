import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { AccessToken } from '../../core/ports/token-store.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { tokenErrorSchema, tokenSchema } from './schemas.ts'

export type EntraClient = {
  readonly loginOrigin: string
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** The address of the Web API, for which the token is. */
  readonly origin: string | undefined
  readonly clock: Clock
}

/**
 * Asks Microsoft Entra for an access token with the credentials of the app registration. Throws Misconfigured
 * (`NO_ACCESS_TOKEN`, `CRM_DENIED`) when one is missing or refused, else as `readAnswer` does.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function requestEntraToken(client: EntraClient): Promise<AccessToken> {
  const { loginOrigin, origin, clock } = client
  const [tenantId, clientId, clientSecret] = credentialsOf(client)
  const askedAt = clock.now().getTime()
  const response = await sendRequest({
    method: 'POST',
    url: `${loginOrigin}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${origin}/.default`,
    }).toString(),
  })
  if (response.status === 400 || response.status === 401) throw refusal(response)
  const answer = readAnswer('Microsoft Entra', tokenSchema, response, clock.now())
  const expiresAt = new Date(askedAt + answer.expires_in * 1000).toISOString()
  return { token: answer.access_token, apiUrl: null, expiresAt }
}

function credentialsOf({ tenantId, clientId, clientSecret }: EntraClient): [string, string, string] {
  if (tenantId && clientId && clientSecret) return [tenantId, clientId, clientSecret]
  const named = {
    DYNAMICS_TENANT_ID: tenantId,
    DYNAMICS_CLIENT_ID: clientId,
    DYNAMICS_CLIENT_SECRET: clientSecret,
  }
  const missing = Object.entries(named).flatMap(([name, value]) => (value ? [] : [name]))
  const verb = missing.length === 1 ? 'is' : 'are'
  throw new Misconfigured('NO_ACCESS_TOKEN', `${missing.join(' and ')} ${verb} not set`)
}

/** Its description is not repeated, since it quotes the request. */
function refusal({ status, text }: HttpResponse): Misconfigured {
  const code = errorCodeIn(text)
  return new Misconfigured(
    'CRM_DENIED',
    `Microsoft Entra refuses DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID or DYNAMICS_CLIENT_SECRET (${code ?? status}): check them, and whether the client secret has expired`,
    { status },
  )
}

function errorCodeIn(text: string): string | undefined {
  return tokenErrorSchema.safeParse(answeredJson(text)).data?.error
}
