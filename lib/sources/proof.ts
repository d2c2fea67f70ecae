import { WebhookRejected } from '../core/model/errors.ts'
import { refusals } from '../core/ports/webhook-answers.ts'
import { equalsAny } from '../support/hmac.ts'

/** Rejects a request that fails authentication. `message` names the failed check, never a value. */
export function unproven(code: string, message: string): WebhookRejected {
  return new WebhookRejected(refusals.unproven, code, message)
}

const toleranceMillis = 5 * 60 * 1000

/** Throws unless the signed time (milliseconds since 1970) is within five minutes of the receipt, before or after. */
export function checkSignedTime(signedAt: number, receivedAt: Date): void {
  if (Math.abs(receivedAt.getTime() - signedAt) <= toleranceMillis) return
  throw unproven('TIMESTAMP_OUT_OF_RANGE', 'signed more than 5 minutes ago, or ahead of our clock')
}

/**
 * Throws unless the given text is one of the secrets. Compares all of them in constant time. `what` names the secret in the
 * error when none is configured; `where` names the place where the CRM sends it.
 */
export function checkSharedSecret(
  given: string | null | undefined,
  secrets: readonly string[],
  { what, where }: { readonly what: string; readonly where: string },
): void {
  const filled = secrets.filter((secret) => secret.trim() !== '')
  if (filled.length === 0) throw unproven('NO_SECRET', `no ${what} is configured`)
  if (!given) throw unproven('CREDENTIALS_MISSING', `${where} is missing`)
  if (!equalsAny(given, filled)) throw unproven('CREDENTIALS_WRONG', `${where} is wrong`)
}

/**
 * Throws unless the digest was created with one of the secrets. Compares all of them in constant time. `what` names
 * the secret in the error when none is configured; `covers` names what is signed.
 */
export function checkDigest(
  given: Uint8Array,
  secrets: readonly string[],
  digestWith: (secret: string) => Uint8Array,
  { what, covers }: { readonly what: string; readonly covers: string },
): void {
  const filled = secrets.filter((secret) => secret !== '')
  if (filled.length === 0) throw unproven('NO_SECRET', `no ${what} is configured`)
  if (equalsAny(given, filled.map(digestWith))) return
  throw unproven('SIGNATURE_WRONG', `the signature does not fit ${covers} and the secret`)
}
