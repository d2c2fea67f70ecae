import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { checkDigest, unproven } from '../../sources/proof.ts'
import { decodeHex, hmacSha256 } from '../../support/hmac.ts'

const header = 'x-tally-signature'

/** Verifies the HMAC-SHA256 of the body. Throws WebhookRejected 401, also when no secret is configured. */
export function verifyTallySignature({ headers, body }: WebhookRequest, secrets: readonly string[]): void {
  const given = decodeHex(headers[header] ?? '')
  if (!given) throw unproven('SIGNATURE_MALFORMED', 'X-Tally-Signature is missing or not hexadecimal')
  const about = { what: 'Tally webhook secret', covers: 'the body' }
  checkDigest(given, secrets, (secret) => hmacSha256(secret, body), about)
}

/** The headers that Tally would send. Counterpart of `verifyTallySignature`. */
export function signTallyRequest(body: Uint8Array, secret: string): Record<string, string> {
  return { [header]: hmacSha256(secret, body).toString('hex') }
}
