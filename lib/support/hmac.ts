import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'

/** Keyed digests of fixed length allow values of any length to be compared in constant time. */
const comparisonKey = createSecretKey(randomBytes(32))
const digest = (value: Uint8Array | string) => createHmac('sha256', comparisonKey).update(value).digest()

/**
 * Whether `given` equals one of `candidates`. Compares every candidate, so the duration reveals neither which one
 * matches nor how much of it. False without candidates.
 */
export function equalsAny(given: Uint8Array | string, candidates: readonly (Uint8Array | string)[]): boolean {
  const wanted = digest(given)
  return candidates.reduce((found, candidate) => timingSafeEqual(wanted, digest(candidate)) || found, false)
}

type Part = string | Uint8Array

/** HMAC-SHA256 over the concatenated parts; strings as UTF-8. */
export function hmacSha256(key: Part, ...parts: readonly Part[]): Buffer {
  // Node.js takes four times as long when bytes are not made a key object first.
  const mac = createHmac('sha256', typeof key === 'string' ? key : createSecretKey(key))
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** HMAC-SHA1, for CRMs that sign with nothing better. */
export function hmacSha1(key: string, body: Uint8Array): Buffer {
  return createHmac('sha1', key).update(body).digest()
}

/** SHA-256 over the concatenated parts; strings as UTF-8. */
export function sha256(...parts: readonly Part[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The bytes of a hexadecimal text, or undefined when it is invalid. `Buffer.from` would silently skip invalid characters. */
export function decodeHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** The bytes of a padded base64 text (standard alphabet), or undefined when it is invalid. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** User and password of an `Authorization: Basic …` header (RFC 7617, UTF-8), or undefined when it is invalid. */
export function basicAuth(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic +([^\s,]+)$/i.exec(header ?? '')?.[1]
  const decoded = encoded === undefined ? undefined : decodeBase64(encoded)?.toString('utf8')
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon < 0) return undefined
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}
