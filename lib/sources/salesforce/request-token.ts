import { createSign } from 'node:crypto'
import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { AccessToken } from '../../core/ports/token-store.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { parseJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { tokenErrorSchema, tokenSchema } from './schemas.ts'

export type SalesforceCredentials = {
  /** The My Domain address: `https://acme.my.salesforce.com`. */
  readonly origin: string | undefined
  readonly clientId: string | undefined
  /** The consumer secret; with `username`, the private key (PEM) of the certificate. */
  readonly clientSecret: string | undefined
  /** The user that tokens are asked for with the JWT bearer flow. Without it, the client credentials flow is used. */
  readonly username: string | undefined
}

/** Salesforce does not tell how long a token lasts: as long as the session timeout, two hours unless it is set to another time. */
const lifetimeMillis = 3600_000
/** Salesforce accepts an assertion for three minutes. */
const assertionSeconds = 180

/**
 * Asks for an access token of the connected app (Salesforce Help, "OAuth 2.0 Client Credentials Flow" and "OAuth 2.0 JWT Bearer
 * Flow"). Throws Misconfigured when a setting is missing, or when Salesforce refuses the credentials.
 */
export async function requestSalesforceToken({
  origin,
  clientId,
  clientSecret,
  username,
  clock,
}: SalesforceCredentials & { readonly clock: Clock }): Promise<AccessToken> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'SALESFORCE_API_URL is not set')
  if (!clientId) throw new Misconfigured('NO_ACCESS_TOKEN', 'SALESFORCE_CLIENT_ID is not set')
  if (!clientSecret) throw new Misconfigured('NO_ACCESS_TOKEN', 'SALESFORCE_CLIENT_SECRET is not set')
  const grant: Readonly<Record<string, string>> = username
    ? {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: assertionOf({ origin, clientId, privateKey: clientSecret, username, now: clock.now() }),
      }
    : { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const response = await sendRequest({
    method: 'POST',
    url: `${origin}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(grant).toString(),
  })
  checkRefusal(response)
  const { access_token: token } = readAnswer('Salesforce', tokenSchema, response, clock.now())
  return { token, apiUrl: null, expiresAt: new Date(clock.now().getTime() + lifetimeMillis).toISOString() }
}

/** Wrong credentials are a 400 with a code. */
function checkRefusal({ status, text }: HttpResponse): void {
  if (status !== 400) return
  const { error = 'no code' } = tokenErrorSchema.safeParse(jsonOf(text)).data ?? {}
  throw new Misconfigured(
    'CRM_DENIED',
    `Salesforce issues no access token (${error}): check SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, the flow of the connected app and its user`,
    { status },
  )
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(Buffer.from(text, 'utf8'))
  } catch {
    return undefined
  }
}

type Assertion = {
  readonly origin: string
  readonly clientId: string
  readonly privateKey: string
  readonly username: string
  readonly now: Date
}

function assertionOf({ origin, clientId, privateKey, username, now }: Assertion): string {
  const { hostname } = new URL(origin)
  const isSandbox = /\.(sandbox|scratch)\.my\.salesforce\.com$/.test(hostname)
  const claims = {
    iss: clientId,
    sub: username,
    aud: `https://${isSandbox ? 'test' : 'login'}.salesforce.com`,
    exp: Math.floor(now.getTime() / 1000) + assertionSeconds,
  }
  const signed = [{ alg: 'RS256' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  try {
    // In an environment file, the line ends of a PEM are written \n.
    const key = privateKey.replaceAll('\\n', '\n')
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`
  } catch {
    throw new Misconfigured(
      'BAD_SETTING',
      'SALESFORCE_CLIENT_SECRET is not a private key (PEM), which SALESFORCE_USERNAME needs',
    )
  }
}

const base64url = (text: string) => Buffer.from(text, 'utf8').toString('base64url')
