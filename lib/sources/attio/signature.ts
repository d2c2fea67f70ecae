import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeHex, hmacSha256 } from '../../support/hmac.ts'
import { checkDigest, unproven } from '../proof.ts'

/** Both headers hold the same signature; the second one is for older receivers. */
const headerNames = ['attio-signature', 'x-attio-signature'] as const

/**
 * Verifies the HMAC-SHA256 of the raw body (https://docs.attio.com/rest-api/guides/webhooks, "Authenticating"). Attio signs no
 * time, so that a request can be replayed; what is replayed is a pointer, and the record is read again. Throws WebhookRejected
 * 401 that names the check, never the value.
 */
export function verifyAttioSignature({ headers, body }: WebhookRequest, secrets: readonly string[]): void {
  const [given] = headerNames.flatMap((name) => headers[name] ?? [])
  if (given === undefined) throw unproven('SIGNATURE_MISSING', 'the header Attio-Signature is missing')
  const digest = decodeHex(given)
  if (digest?.length !== 32) throw unproven('SIGNATURE_MALFORMED', 'the signature is not a SHA-256 digest')
  checkDigest(digest, secrets, (secret) => hmacSha256(secret, body), {
    what: 'Attio webhook secret',
    covers: 'the body',
  })
}

/** The headers that Attio would send with this body. Counterpart of `verifyAttioSignature`. */
export function signAttioRequest({
  body,
  secret,
}: {
  readonly body: Uint8Array
  readonly secret: string
}): Record<string, string> {
  const signature = hmacSha256(secret, body).toString('hex')
  return Object.fromEntries(headerNames.map((name) => [name, signature]))
}
