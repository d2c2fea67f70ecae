const isoShape = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i

/** A time outside this range means a broken clock, so it is treated as missing. */
const earliest = Date.UTC(1970, 0, 2)
const latest = Date.UTC(9999, 11, 31)

/**
 * A CRM's time as ISO 8601 in UTC with milliseconds. Accepts milliseconds since 1970 (a number or its digits) or a
 * date text, which is UTC when it has no time zone. Undefined for anything else; never throws.
 */
export function toIsoTime(value: unknown): string | undefined {
  const millis =
    typeof value === 'number' ? value : typeof value === 'string' ? parse(value.trim()) : Number.NaN
  return millis >= earliest && millis <= latest ? new Date(millis).toISOString() : undefined
}

function parse(text: string): number {
  if (/^\d{12,15}$/.test(text)) return Number(text)
  const [matched, date, time = '00:00', zone = 'Z'] = isoShape.exec(text) ?? []
  if (matched === undefined) return Number.NaN
  return Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`.toUpperCase())
}
