import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeHex, hmacSha1 } from '../../support/hmac.ts'
import { checkDigest, unproven } from '../proof.ts'

const sha1Bytes = 20

/**
 * Verifies `X-Hub-Signature: sha1=…`, the HMAC-SHA1 of the raw body with the app's client secret
 * (https://developers.intercom.com/docs/webhooks/webhook-notifications). No time is signed. Throws WebhookRejected 401.
 */
export function verifyIntercomSignature(
  { headers, body }: WebhookRequest,
  clientSecrets: readonly string[],
): void {
  const header = headers['x-hub-signature']
  if (!header) throw unproven('SIGNATURE_MISSING', 'the header X-Hub-Signature is missing')
  const given = decodeHex(/^sha1=(\w+)$/i.exec(header)?.[1] ?? '')
  if (given?.length !== sha1Bytes) {
    throw unproven('SIGNATURE_MALFORMED', 'X-Hub-Signature is not sha1= and 40 hexadecimal digits')
  }
  const what = { what: 'Intercom client secret', covers: 'the body' }
  const secrets = clientSecrets.map((secret) => secret.trim())
  checkDigest(given, secrets, (secret) => hmacSha1(secret, body), what)
}

/** The header that Intercom would send. Counterpart of `verifyIntercomSignature`. */
export function signIntercomRequest(body: Uint8Array, clientSecret: string): Record<string, string> {
  return { 'x-hub-signature': `sha1=${hmacSha1(clientSecret, body).toString('hex')}` }
}
