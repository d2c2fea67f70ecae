import { isObject } from '../../support/json.ts'
import type { AttioRecord } from './schemas.ts'

type Version = Readonly<Record<string, unknown>>

/** Where the text of a value is, by the type of its attribute (https://docs.attio.com/docs/attribute-types). */
const textMembers = [
  'value',
  'email_address',
  'phone_number',
  'full_name',
  'domain',
  'option',
  'status',
  'currency_value',
  'target_record_id',
] as const

/** Lines after the first one, which the canonical address has one field for. */
const moreLines = ['line_2', 'line_3', 'line_4'] as const

/**
 * A value of a record by the attribute's slug (`job_title`), or one of its parts (`name.first_name`, `primary_location.locality`).
 * `primary_location.more_lines` joins the lines after the first. Of several values, the first filled one counts. Null when the
 * attribute is empty, undefined when the record does not have it.
 */
export function readValue(values: AttioRecord['values'], property: string): string | null | undefined {
  const [slug = '', part] = property.split('.', 2)
  const versions = Object.hasOwn(values, slug) ? currentVersions(values[slug]) : undefined
  if (!versions) return undefined
  if (versions.length === 0) return null
  const texts = versions.map((version) => (part === undefined ? textOf(version) : partOf(version, part)))
  const filled = texts.find((text) => text?.trim())
  return filled ?? (texts.includes(null) || texts.includes('') ? null : undefined)
}

/** Without the former values of a history. An attribute of a single value may come without a list. */
function currentVersions(given: unknown): readonly Version[] | undefined {
  if (given === null) return []
  const list = Array.isArray(given) ? given : [given]
  return list
    .filter(isObject)
    .filter(({ active_until }) => active_until === null || active_until === undefined)
}

function textOf(version: Version): string | null | undefined {
  const member = textMembers.find((name) => version[name] !== undefined)
  const value = member && version[member]
  // An option or a status.
  return scalar(isObject(value) ? value['title'] : value)
}

function partOf(version: Version, part: string): string | null | undefined {
  if (part !== 'more_lines') return scalar(version[part])
  const lines = moreLines.map((line) => scalar(version[line]))
  if (lines.every((line) => line === undefined)) return undefined
  return lines.filter((line) => line?.trim()).join(', ') || null
}

function scalar(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
