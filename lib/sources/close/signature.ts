import { Misconfigured } from '../../core/model/errors.ts'
import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeHex, hmacSha256 } from '../../support/hmac.ts'
import { checkDigest, checkSignedTime, unproven } from '../proof.ts'

/** The bytes of a signature key. Throws Misconfigured when it is not hexadecimal; as text it would never verify anything. */
function keyOf(signatureKey: string): Buffer {
  const key = decodeHex(signatureKey)
  if (key) return key
  throw new Misconfigured(
    'BAD_SECRET',
    'CLOSE_WEBHOOK_SECRET: expected the hexadecimal digits of signature_key',
  )
}

/** The keys, each of which is hexadecimal. Throws Misconfigured as `keyOf` does. */
export function checkedKeys(signatureKeys: readonly string[]): readonly string[] {
  for (const key of signatureKeys) keyOf(key)
  return signatureKeys
}

/**
 * Verifies a request as in "Webhook signatures" (https://developer.close.com/api/resources/webhooks): the HMAC-SHA256 of the
 * timestamp and the raw body. Close states no tolerance for the time; five minutes are a guess. Throws WebhookRejected 401 that
 * names the check, never the value.
 */
export function verifyCloseSignature(
  { headers, body, receivedAt }: WebhookRequest,
  signatureKeys: readonly string[],
): void {
  const hash = headers['close-sig-hash']
  const timestamp = headers['close-sig-timestamp']
  if (!hash || !timestamp) {
    throw unproven('SIGNATURE_MISSING', 'the header close-sig-hash or close-sig-timestamp is missing')
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw unproven('TIMESTAMP_MALFORMED', 'close-sig-timestamp is not a number of seconds')
  }
  checkSignedTime(Number(timestamp) * 1000, receivedAt)
  const given = decodeHex(hash)
  if (given?.length !== 32) throw unproven('SIGNATURE_MALFORMED', 'the signature is not a SHA-256 digest')
  checkDigest(given, signatureKeys, (key) => hmacSha256(keyOf(key), timestamp, body), {
    what: 'Close signature key',
    covers: 'the time, the body',
  })
}

/** The headers that Close would send with this message. Counterpart of `verifyCloseSignature`. */
export function signCloseRequest(message: {
  readonly body: Uint8Array
  readonly signatureKey: string
  readonly sentAt: Date
}): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAt.getTime() / 1000))
  const hash = hmacSha256(keyOf(message.signatureKey), timestamp, message.body).toString('hex')
  return { 'close-sig-hash': hash, 'close-sig-timestamp': timestamp }
}
