import { createPublicKey, createVerify } from 'node:crypto'
import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { issueToken } from '../../offline/sandbox/sandbox-tokens.ts'

export type SandboxApp = {
  readonly clientId: string
  /** The consumer secret, or the private key (PEM) of the JWT bearer flow. */
  readonly clientSecret: string
  readonly organization: string
}

const sessionSeconds = 7200
const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com']

/** `POST /services/oauth2/token`: the client credentials flow and the JWT bearer flow. */
export function logIn({ headers, body }: SandboxRequest, app: SandboxApp): SandboxResponse {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return refusal('invalid_request', 'content type not supported')
  }
  const form = new URLSearchParams(body)
  switch (form.get('grant_type')) {
    case 'client_credentials':
      if (form.get('client_id') !== app.clientId) {
        return refusal('invalid_client_id', 'client identifier invalid')
      }
      if (form.get('client_secret') !== app.clientSecret)
        return refusal('invalid_client', 'invalid client credentials')
      return granted(app)
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return isAssertion(form.get('assertion') ?? '', app)
        ? granted(app)
        : refusal('invalid_grant', 'invalid assertion')
    default:
      return refusal('unsupported_grant_type', 'grant type not supported')
  }
}

function granted({ clientSecret, organization }: SandboxApp): SandboxResponse {
  return {
    status: 200,
    body: {
      access_token: issueToken(clientSecret, sessionSeconds),
      signature: 'c2FuZGJveA==',
      scope: 'api',
      instance_url: 'https://acme.my.salesforce.com',
      id: `https://login.salesforce.com/id/${organization}/005000000000001AAA`,
      token_type: 'Bearer',
      issued_at: String(Date.now()),
    },
  }
}

function isAssertion(assertion: string, { clientId, clientSecret }: SandboxApp): boolean {
  const [header = '', claims = '', signature = ''] = assertion.split('.')
  try {
    const { alg } = jsonOf(header)
    const { iss, sub, aud, exp } = jsonOf(claims)
    const verifier = createVerify('RSA-SHA256').update(`${header}.${claims}`)
    const isSigned = verifier.verify(createPublicKey(clientSecret), signature, 'base64url')
    return (
      alg === 'RS256' &&
      isSigned &&
      iss === clientId &&
      Boolean(sub && exp) &&
      audiences.includes(String(aud))
    )
  } catch {
    return false
  }
}

function jsonOf(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}

function refusal(error: string, error_description: string): SandboxResponse {
  return { status: 400, body: { error, error_description } }
}
