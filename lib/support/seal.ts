import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { Misconfigured } from '../core/model/errors.ts'
import { decodeBase64 } from './hmac.ts'

const version = 'v2'
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

/** `id` identifies the key without revealing it, so that a sealed text states which key it needs. */
type SealingKey = { readonly id: string; readonly key: KeyObject }
/** In the order of SEALING_KEYS: the first key seals, all of them open. */
export type SealingKeys = readonly SealingKey[]

/**
 * Parses `SEALING_KEYS`: 32-byte keys in base64, comma-separated during rotation. Throws Misconfigured
 * (`BAD_SEALING_KEY`) with a line that never repeats the value.
 */
export function parseSealingKeys(text = ''): SealingKeys {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter((entry) => entry !== '').map(toKey)
}

/** Generates a key in the format of `SEALING_KEYS`. */
export function newSealingKey(): string {
  return randomBytes(keyBytes).toString('base64')
}

/**
 * Encrypts a JSON value with AES-256-GCM into one line: `v2.<key id>.<base64url>`. Throws Misconfigured
 * (`NO_SEALING_KEY`) when there is no key.
 */
export function seal(json: unknown, [first]: SealingKeys): string {
  if (!first) {
    throw new Misconfigured(
      'NO_SEALING_KEY',
      'SEALING_KEYS is not set: npm run deploy creates it when it is missing',
    )
  }
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', first.key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(json), 'utf8'), cipher.final()])
  return [version, first.id, Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')].join(
    '.',
  )
}

export type Opened =
  | { readonly kind: 'opened'; readonly value: unknown }
  /** Sealed with a key that is not in the list; contains the id of that key. */
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  /** Not sealed by us, or modified since. */
  | { readonly kind: 'damaged' }

/** The decrypted value, or why it cannot be opened. Never throws. */
export function open(sealed: string, keys: SealingKeys): Opened {
  const [prefix, keyId = '', encoded = '', ...rest] = sealed.split('.')
  const bytes = Buffer.from(encoded, 'base64url')
  if (prefix !== version || keyId === '' || rest.length > 0 || bytes.length <= nonceBytes + tagBytes) {
    return { kind: 'damaged' }
  }
  const found = keys.find(({ id }) => id === keyId)
  if (!found) return { kind: 'unknown-key', keyId }
  return decrypt(bytes, found.key)
}

function decrypt(bytes: Buffer, key: KeyObject): Opened {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  try {
    return { kind: 'opened', value: JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8')) }
  } catch {
    // The authentication tag does not match.
    return { kind: 'damaged' }
  }
}

function toKey(encoded: string): SealingKey {
  const secret = decodeBase64(encoded)
  if (secret?.length !== keyBytes) {
    throw new Misconfigured(
      'BAD_SEALING_KEY',
      'SEALING_KEYS: expected 32 bytes in base64, several separated by commas',
    )
  }
  const derived = hkdfSync('sha256', secret, '', `crm-pay-sync snapshot ${version}`, keyBytes)
  return {
    id: createHash('sha256').update('crm-pay-sync key id').update(secret).digest('base64url').slice(0, 8),
    key: createSecretKey(new Uint8Array(derived)),
  }
}
