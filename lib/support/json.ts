import { WebhookRejected } from '../core/model/errors.ts'
import { refusals } from '../core/ports/webhook-answers.ts'

const maxDepth = 64

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Parses untrusted JSON bytes. Validates UTF-8, accepts a byte order mark, limits nesting before any recursion,
 * returns integers beyond 2^53 as text with every digit, and drops keys that could reach a prototype. Throws
 * WebhookRejected 400 (`NOT_JSON`, `TOO_DEEP`).
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (isDeeperThan(maxDepth, bytes)) {
    throw new WebhookRejected(
      refusals.unreadable,
      'TOO_DEEP',
      `the body is nested deeper than ${maxDepth} levels`,
    )
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return needsReviver.test(text) ? JSON.parse(text, revive) : JSON.parse(text)
  } catch {
    // The parser's message quotes the body, so it is neither repeated nor kept.
    throw new WebhookRejected(refusals.unreadable, 'NOT_JSON', 'the body is not JSON in UTF-8')
  }
}

/** A reviver is slow. It is only needed for large numbers and dangerous keys, which may be written with escapes. */
const needsReviver = /\d{16}|__proto__|constructor|\\u00/

function revive(key: string, value: unknown, context?: { source?: string }): unknown {
  if (key === '__proto__') return undefined
  if (key === 'constructor' && typeof value === 'object') return undefined
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? source : value
}

const quote = 0x22
const backslash = 0x5c
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/** Counts brackets outside strings in one pass. In UTF-8, these bytes never occur inside another character. */
function isDeeperThan(limit: number, bytes: Uint8Array): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0
    if (inString) {
      if (byte === backslash) i += 1
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (opening.has(byte)) {
      depth += 1
      if (depth > limit) return true
    } else if (closing.has(byte)) depth -= 1
  }
  return false
}

/** An API's answer as JSON; undefined when it is none. Even a 2xx may have another body. */
export function answeredJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
