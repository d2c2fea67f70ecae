import { Misconfigured } from '../../core/model/errors.ts'
import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeBase64, equalsAny, hmacSha256 } from '../../support/hmac.ts'
import { checkSignedTime, unproven } from '../proof.ts'

/*
 * Our own thirty lines instead of the package `standardwebhooks`, which serves as the independent signer in the
 * tests. The package signs a decoded string, so bytes that are not UTF-8 verify as something else. It also hashes in
 * JavaScript, reads `Date.now()`, and accepts signature lists of any length and timestamps such as `1614265330abc`.
 */

const maxSignatures = 10

/** The header names of the specification, and those of Svix, its predecessor. */
const prefixes = ['webhook', 'svix'] as const
const names = ['id', 'timestamp', 'signature'] as const

/** The key of a secret such as `whsec_MfKQ9r8G…`. Throws Misconfigured when it is not base64. */
export function webhookKey(secret: string): Buffer {
  const encoded = secret
    .trim()
    .replace(/^whsec_/, '')
    .replace(/=+$/, '')
  const key = decodeBase64(encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '='))
  if (key) return key
  throw new Misconfigured('BAD_SECRET', 'STANDARD_WEBHOOKS_SECRET: expected whsec_ followed by base64')
}

/** The signed message id, the same for all retries of the sender. Undefined when the request is not signed. */
export function messageId(request: WebhookRequest): string | undefined {
  return signedHeaders(request)?.id
}

/**
 * Verifies a request as in the Standard Webhooks specification: any `v1` signature by any of the keys passes, within
 * five minutes either way. Throws WebhookRejected 401 that names the check, never the value.
 */
export function verifyStandardWebhook(request: WebhookRequest, keys: readonly Uint8Array[]): void {
  const signed = signedHeaders(request)
  if (!signed) {
    throw unproven('SIGNATURE_MISSING', 'webhook-id, webhook-timestamp or webhook-signature is missing')
  }
  const { id, timestamp, signature } = signed
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw unproven('TIMESTAMP_MALFORMED', 'webhook-timestamp is not a number of seconds')
  }
  checkSignedTime(Number(timestamp) * 1000, request.receivedAt)
  if (keys.length === 0) throw unproven('NO_SECRET', 'no Standard Webhooks secret is configured')
  const given = signature
    .split(' ', maxSignatures)
    .flatMap((entry) => (entry.startsWith('v1,') ? (decodeBase64(entry.slice(3)) ?? []) : []))
  const expected = keys.map((key) => hmacSha256(key, `${id}.${timestamp}.`, request.body))
  const matches = given.map((candidate) => equalsAny(candidate, expected))
  if (!matches.includes(true))
    throw unproven('SIGNATURE_WRONG', 'no v1 signature fits the body and the secret')
}

/** The headers that a sender would send with this message. Counterpart of `verifyStandardWebhook`. */
export function signStandardWebhook(message: {
  readonly secret: string
  readonly id: string
  readonly body: Uint8Array
  readonly sentAt: Date
}): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAt.getTime() / 1000))
  const mac = hmacSha256(webhookKey(message.secret), `${message.id}.${timestamp}.`, message.body)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac.toString('base64')}`,
  }
}

/** All three headers from one family. Mixing them would let an unsigned header replace a signed one. */
function signedHeaders({ headers }: WebhookRequest): Record<(typeof names)[number], string> | undefined {
  for (const prefix of prefixes) {
    const [id, timestamp, signature] = names.map((name) => headers[`${prefix}-${name}`])
    if (id && timestamp && signature) return { id, timestamp, signature }
  }
  return undefined
}
