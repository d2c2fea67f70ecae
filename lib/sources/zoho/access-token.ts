import * as z from 'zod'
import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { AccessToken, TokenStore } from '../../core/ports/token-store.ts'
import { sendRequest } from '../../support/http.ts'
import { type AccessTokens, sharedAccessToken } from '../access-token.ts'
import { readAnswer } from '../crm-answer.ts'

export type ZohoCredentials = {
  /** Of the data centre, such as `https://accounts.zoho.eu`. */
  readonly accountsOrigin: string
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly refreshToken: string | undefined
  readonly tokens: TokenStore
  readonly clock: Clock
}

/** Errors come with status 200, too. */
const answerSchema = z.lazy(() =>
  z.union([
    z.object({ error: z.string() }),
    z.object({
      access_token: z.string().min(1),
      api_domain: z.string().nullish(),
      expires_in: z.number().positive().catch(3600),
    }),
  ]),
)

/** Zoho issues no token for so long after ten in ten minutes. */
const pauseSeconds = 600

/** Whether the API can be called at all. */
export function hasCredentials({ clientId, clientSecret, refreshToken }: ZohoCredentials): boolean {
  return Boolean(clientId && clientSecret && refreshToken)
}

/**
 * Access tokens of a refresh token (https://www.zoho.com/crm/developer/docs/api/v8/refresh.html). They last an hour, and
 * Zoho issues at most ten in ten minutes, so all functions share one.
 */
export function zohoAccessTokens(credentials: ZohoCredentials): AccessTokens {
  const { accountsOrigin, clientId, clientSecret, refreshToken, tokens, clock } = credentials
  return sharedAccessToken({
    name: 'zoho',
    title: 'Zoho CRM',
    credentials: [accountsOrigin, clientId, clientSecret, refreshToken],
    store: tokens,
    clock,
    request: () => requestToken(credentials),
  })
}

async function requestToken(credentials: ZohoCredentials): Promise<AccessToken> {
  const { accountsOrigin, clientId = '', clientSecret = '', refreshToken = '', clock } = credentials
  const query = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  })
  const response = await sendRequest({
    method: 'POST',
    url: `${accountsOrigin}/oauth/v2/token?${query}`,
    headers: { accept: 'application/json' },
  })
  // An error with status 400 has the same body.
  const answered = response.status === 400 ? { ...response, status: 200 } : response
  const answer = readAnswer('Zoho', answerSchema, answered, clock.now())
  if ('error' in answer) throw refused(answer.error)
  return {
    token: answer.access_token,
    apiUrl: answer.api_domain ?? null,
    expiresAt: new Date(clock.now().getTime() + answer.expires_in * 1000).toISOString(),
  }
}

function refused(error: string): Error {
  if (/^access.denied$/i.test(error)) {
    return new RetryLater(
      'CRM_THROTTLED',
      'Zoho issues no access token for now: ten in ten minutes is its limit',
      {
        afterSeconds: pauseSeconds,
        counts: false,
      },
    )
  }
  const code = /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : ''
  return new Misconfigured(
    'CRM_DENIED',
    `Zoho issues no access token${code}: check ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN, and that ZOHO_ACCOUNTS_URL is that of your data centre`,
  )
}
