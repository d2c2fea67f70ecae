import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { basicAuth, equalsAny } from '../../support/hmac.ts'
import { unproven } from '../proof.ts'

type Credentials = { readonly users: readonly string[]; readonly passwords: readonly string[] }

/**
 * Verifies the HTTP Basic credentials that were set when the webhook was created, the only authentication Pipedrive
 * offers. Throws WebhookRejected 401, also when no user or no password is configured.
 */
export function verifyPipedriveCredentials(
  { headers }: WebhookRequest,
  { users, passwords }: Credentials,
): void {
  const given = basicAuth(headers['authorization'])
  if (!given) {
    throw unproven('CREDENTIALS_MISSING', 'the header Authorization: Basic … is missing or malformed')
  }
  // A user name cannot contain a colon (RFC 7617), so comparing the joined pair is unambiguous.
  const pairs = users
    .filter(Boolean)
    .flatMap((user) => passwords.filter(Boolean).map((password) => `${user}:${password}`))
  if (pairs.length === 0) {
    throw unproven('NO_SECRET', 'no Pipedrive webhook user and password are configured')
  }
  if (!equalsAny(`${given.user}:${given.password}`, pairs)) {
    throw unproven('CREDENTIALS_WRONG', 'the user or the password is wrong')
  }
}

/** The headers that Pipedrive would send with a webhook. Counterpart of `verifyPipedriveCredentials`. */
export function signPipedriveRequest({
  user,
  password,
}: {
  user: string
  password: string
}): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` }
}
