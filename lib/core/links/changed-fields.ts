import { createHash } from 'node:crypto'
import { type RecordRef, recordKey } from '../model/change.ts'
import { plainFieldName } from '../model/plain-id.ts'

/** More fields than a payload of the providers has; further ones are not compared. */
const mostFields = 60
/** Base64 characters of six bits each. */
const markLength = 2

/**
 * Short marks of a payload's fields, from which a later payload tells the names of the fields that changed. Each field takes
 * four characters: two of its name and two of its value. A value's mark has twelve bits, which cannot be traced back to it.
 */
export function markFields(payload: unknown, ref: RecordRef): string {
  return flatten(payload)
    .slice(0, mostFields)
    .map(([name, value]) => markOf(name, value, ref))
    .join('')
}

/** Dotted names of the payload's fields whose value differs from the marked one, sorted. Empty where nothing was marked. */
export function changedFields(marks: string | null, payload: unknown, ref: RecordRef): readonly string[] {
  if (marks === null) return []
  const known = new Set(marks.match(new RegExp(`.{${2 * markLength}}`, 'g')))
  const changed = flatten(payload).filter(([name, value]) => !known.has(markOf(name, value, ref)))
  return [...new Set(changed.map(([name]) => plainFieldName(name)))].toSorted()
}

function markOf(name: string, value: unknown, ref: RecordRef): string {
  return `${hash(name)}${hash(`${recordKey(ref)} ${name} ${JSON.stringify(value)}`)}`
}

function hash(text: string): string {
  return createHash('sha256').update(text.toWellFormed()).digest('base64url').slice(0, markLength)
}

/** The leaves of a JSON value by their dotted names. A list is one leaf. */
function flatten(value: unknown, path: readonly string[] = []): readonly (readonly [string, unknown])[] {
  if (value === undefined) return []
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path.join('.'), value]]
  return Object.entries(value).flatMap(([name, item]) => flatten(item, [...path, name]))
}
