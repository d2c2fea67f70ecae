import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { decodeBase64, decodeHex, hmacSha256, sha256 } from '../../support/hmac.ts'
import { checkDigest, checkSignedTime, unproven } from '../proof.ts'

export type HubspotSignatureVersion = 'v1' | 'v2' | 'v3'

/** What the signatures cover. `url` is the full URL configured in HubSpot, including the query. */
type Signed = { readonly method: string; readonly url: string; readonly body: Uint8Array }

type Settings = {
  readonly clientSecrets: readonly string[]
  /** The URL configured in HubSpot, without the query. */
  readonly url: string
  readonly allowUntimedSignatures: boolean
}

/** HubSpot decodes exactly these characters before it signs a URL with v3. */
const decoded: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
}
const decodeUrl = (url: string) =>
  url.replace(/%[0-9a-f]{2}/gi, (code) => decoded[code.toUpperCase()] ?? code)

const digests = {
  v1: (secret: string, { body }: Signed) => sha256(secret, body),
  v2: (secret: string, { method, url, body }: Signed) => sha256(secret, method, url, body),
  v3: (secret: string, { method, url, body }: Signed, timestamp: string) =>
    hmacSha256(secret, method, decodeUrl(url), body, timestamp),
}

/**
 * Verifies a request as in HubSpot's "Validating requests". If a v3 signature is present, it alone decides. Requests
 * with only v1 or v2, which carry no time, pass only with `allowUntimedSignatures`. Throws WebhookRejected 401 that
 * names the check, never the value.
 */
export function verifyHubspotSignature(request: WebhookRequest, settings: Settings): void {
  const { headers } = request
  const url = request.query === '' ? settings.url : `${settings.url}?${request.query}`
  const signed = { method: request.method, url, body: request.body }
  const v3 = headers['x-hubspot-signature-v3']
  if (v3 !== undefined) {
    const timestamp = checkedTimestamp(headers['x-hubspot-request-timestamp'], request.receivedAt)
    compare(decodeBase64(v3), settings, (secret) => digests.v3(secret, signed, timestamp))
    return
  }
  const older = headers['x-hubspot-signature']
  if (older === undefined) throw unproven('SIGNATURE_MISSING', 'the header X-HubSpot-Signature-v3 is missing')
  if (!settings.allowUntimedSignatures) {
    throw unproven('SIGNATURE_UNTIMED', 'only signed with v1 or v2, which sync.config.ts does not allow')
  }
  const version = headers['x-hubspot-signature-version']
  if (version !== 'v1' && version !== 'v2') {
    throw unproven('SIGNATURE_MALFORMED', 'the header X-HubSpot-Signature-Version is neither v1 nor v2')
  }
  compare(decodeHex(older), settings, (secret) => digests[version](secret, signed))
}

/** The headers that HubSpot would send with this message. Counterpart of `verifyHubspotSignature`. */
export function signHubspotRequest(
  message: Signed & { readonly clientSecret: string; readonly sentAt: Date },
  version: HubspotSignatureVersion = 'v3',
): Record<string, string> {
  const timestamp = String(message.sentAt.getTime())
  if (version === 'v3') {
    return {
      'x-hubspot-signature-v3': digests.v3(message.clientSecret, message, timestamp).toString('base64'),
      'x-hubspot-request-timestamp': timestamp,
    }
  }
  return {
    'x-hubspot-signature': digests[version](message.clientSecret, message).toString('hex'),
    'x-hubspot-signature-version': version,
  }
}

function checkedTimestamp(header: string | undefined, receivedAt: Date): string {
  if (header === undefined) {
    throw unproven('TIMESTAMP_MISSING', 'the header X-HubSpot-Request-Timestamp is missing')
  }
  if (!/^\d{1,15}$/.test(header)) {
    throw unproven('TIMESTAMP_MALFORMED', 'X-HubSpot-Request-Timestamp is not a number of milliseconds')
  }
  checkSignedTime(Number(header), receivedAt)
  return header
}

function compare(
  given: Uint8Array | undefined,
  { clientSecrets }: Settings,
  digestWith: (secret: string) => Uint8Array,
): void {
  if (given?.length !== 32) throw unproven('SIGNATURE_MALFORMED', 'the signature is not a SHA-256 digest')
  checkDigest(given, clientSecrets, digestWith, {
    what: 'HubSpot client secret',
    covers: 'the body, the URL',
  })
}
