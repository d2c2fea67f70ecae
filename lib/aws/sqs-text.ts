import { createHash } from 'node:crypto'

/** JSON with all non-ASCII characters escaped, because SQS rejects some code points. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Group and deduplication ids: ASCII, fixed length, and free of customer data. */
export function hashId(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
