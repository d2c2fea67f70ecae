import { createHash } from 'node:crypto'

/** JSON with everything outside ASCII escaped: SQS refuses some code points, and one of them must not stop a change. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Group and deduplication ids: ASCII, of one length, and without anything of the customer in them. */
export function hashId(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
