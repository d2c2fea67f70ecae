import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { issueToken } from '../../offline/sandbox/sandbox-tokens.ts'

type Options = { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string }

const requestSchema = z.strictObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
  scope: z.string().regex(/^https?:\/\/[^/]+\/\.default$/),
})

const lifetimeSeconds = 3599

/** A sandbox of Microsoft Entra's token endpoint for client credentials. */
export function entraSandbox({ tenantId, clientId, clientSecret }: Options): Sandbox {
  return {
    name: 'dynamics-login',
    handle: (request) => answer(request, { tenantId, clientId, clientSecret }),
    records: () => [],
  }
}

function answer({ method, path, headers, body }: SandboxRequest, app: Options): SandboxResponse {
  const [, tenant] = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path) ?? []
  if (tenant === undefined) return { status: 404 }
  if (method !== 'POST') return failure(400, 'invalid_request', 90_0561)
  if (decodeURIComponent(tenant) !== app.tenantId) return failure(400, 'invalid_request', 90_002)
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return failure(400, 'invalid_request', 900_144)
  const { data } = requestSchema.safeParse(Object.fromEntries(new URLSearchParams(body)))
  if (!data) return failure(400, 'invalid_request', 900_144)
  if (data.client_id !== app.clientId) return failure(400, 'unauthorized_client', 700_016)
  if (data.client_secret !== app.clientSecret) return failure(401, 'invalid_client', 7_000_215)
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: issueToken(app.clientSecret, lifetimeSeconds),
    },
  }
}

function failure(status: 400 | 401, error: string, code: number): SandboxResponse {
  const error_description = `AADSTS${code}: the request was refused by the sandbox.`
  return { status, body: { error, error_description, error_codes: [code] } }
}
