import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { Misconfigured } from '../core/errors.ts'

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts a JSON value (AES-256-GCM, key by HKDF-SHA256 from the first secret) into one line of
 * base64url text. Throws Misconfigured when there is no secret.
 */
export function seal(json: unknown, secrets: readonly string[]): string {
  const [secret] = secrets
  if (!secret) throw new Misconfigured('NO_SECRET', 'there is no webhook secret to seal the snapshot with')
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(secret), nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(json), 'utf8'), cipher.final()])
  return `${version}.${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`
}

/** The sealed value, or null when none of the secrets fits or the text was tampered with. Never throws. */
export function open(sealed: string, secrets: readonly string[]): unknown {
  const [prefix, encoded] = sealed.split('.')
  if (prefix !== version || !encoded) return null
  const bytes = Buffer.from(encoded, 'base64url')
  if (bytes.length <= nonceBytes + tagBytes) return null
  for (const secret of secrets) {
    const opened = decrypt(bytes, secret)
    if (opened !== undefined) return opened
  }
  return null
}

function decrypt(bytes: Buffer, secret: string): unknown {
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(secret), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  try {
    return JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8'))
  } catch {
    // The tag does not fit: sealed with another secret, or not by us.
    return undefined
  }
}

/** Deriving a key costs more than sealing with it; a function knows a handful of secrets. */
const keys = new Map<string, KeyObject>()

function keyFrom(secret: string): KeyObject {
  const known = keys.get(secret)
  if (known) return known
  const derived = hkdfSync('sha256', secret, '', `crm-pay-sync snapshot ${version}`, 32)
  const key = createSecretKey(new Uint8Array(derived))
  keys.set(secret, key)
  return key
}
