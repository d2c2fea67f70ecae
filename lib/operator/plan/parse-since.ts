import { BadInput } from '../errors.ts'

const seconds = { m: 60, h: 3600, d: 86_400 } as const

/** `30m`, `2h`, `7d` before `now`, or an ISO 8601 date or time, which is UTC without a time zone, as ISO 8601. Throws BadInput. */
export function parseSince(text: string, now: Date): string {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  if (count && unit) {
    return new Date(
      now.getTime() - Number(count) * seconds[unit as keyof typeof seconds] * 1000,
    ).toISOString()
  }
  const [isIso, time, zone] =
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  const millis = isIso ? Date.parse(time && !zone ? `${text}Z` : text) : Number.NaN
  if (millis <= now.getTime()) return new Date(millis).toISOString()
  throw new BadInput(
    '--since: expected a time in the past, such as 30m, 2h, 7d, 2026-03-01 or 2026-03-01T08:00:00Z',
  )
}
