import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { issueToken } from '../../offline/sandbox/sandbox-tokens.ts'

type SandboxCredentials = {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

type Options = SandboxCredentials & { readonly apiDomain?: string; readonly now?: () => number }

const tenMinutes = 600_000

/** A sandbox of Zoho's login server: at most ten access tokens in ten minutes, and errors with status 200. */
export function zohoAccountsSandbox({
  clientId,
  clientSecret,
  refreshToken,
  apiDomain = 'https://www.zohoapis.com',
  now = Date.now,
}: Options): Sandbox {
  const issuedAt: number[] = []
  const error = (word: string, description?: string): SandboxResponse => ({
    status: 200,
    body: { error: word, ...(description && { error_description: description }) },
  })

  const handle = ({ method, path, query }: SandboxRequest): SandboxResponse => {
    if (path !== '/oauth/v2/token') return { status: 404, body: '<html>', headers: html }
    if (method !== 'POST') return { status: 405, body: '<html>', headers: html }
    if (query.get('grant_type') !== 'refresh_token') return error('unsupported_grant_type')
    if (query.get('client_id') !== clientId) return error('invalid_client')
    if (query.get('client_secret') !== clientSecret) return error('invalid_client_secret')
    if (query.get('refresh_token') !== refreshToken) return error('invalid_code')
    const recent = issuedAt.filter((at) => at > now() - tenMinutes)
    if (recent.length >= 10)
      return error(
        'Access Denied',
        'You have made too many requests continuously. Please try again after some time.',
      )
    issuedAt.push(now())
    const token = issueToken(clientSecret, 3600, now())
    return {
      status: 200,
      body: { access_token: token, api_domain: apiDomain, token_type: 'Bearer', expires_in: 3600 },
    }
  }

  return { name: 'zoho-accounts', handle, records: () => [] }
}

const html = { 'content-type': 'text/html' }
