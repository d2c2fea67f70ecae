import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { checkSharedSecret } from '../proof.ts'

type Settings = { readonly secrets: readonly string[]; readonly allowTokenInQuery: boolean }

/**
 * Verifies the bearer token, the authorization of the CloudEvents web hook specification (HTTP 1.1 Web Hooks for Event
 * Delivery, section 3). It signs neither the body nor a time. Where the URL may hold the token and there is a header, too, the
 * header decides. Throws WebhookRejected 401 that names the check, never a value.
 */
export function verifyBearer(
  { headers, query }: WebhookRequest,
  { secrets, allowTokenInQuery }: Settings,
): void {
  const { authorization } = headers
  const inQuery = authorization === undefined && allowTokenInQuery
  const given = inQuery
    ? new URLSearchParams(query).get('access_token')
    : /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  checkSharedSecret(given, secrets, {
    what: 'CloudEvents bearer token',
    where: inQuery ? 'access_token in the query' : 'the header Authorization: Bearer …',
  })
}

/** The header that a sender would send. Counterpart of `verifyBearer`. */
export function signBearer(secret: string): Record<string, string> {
  return { authorization: `Bearer ${secret}` }
}
