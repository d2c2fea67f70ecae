const format = new Intl.RelativeTimeFormat('en-GB', { style: 'short' })

/** Seconds in each unit, the longest first. */
const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** `3 min ago`, `in 20 sec`, in whole units; `just now` within a second. Null for null; any other text that is no time as it is. */
export function relativeTime(time: string | null | undefined, now: Date): string | null {
  if (!time) return null
  const seconds = (Date.parse(time) - now.getTime()) / 1000
  if (Number.isNaN(seconds)) return time
  const found = units.find(([, length]) => Math.abs(seconds) >= length)
  if (!found) return 'just now'
  const [unit, length] = found
  return format.format(Math.trunc(seconds / length), unit)
}

/** `2026-03-01T08:00:00.000Z (3 min ago)`: to look up in other systems, and to understand. Null for null. */
export function timeInFull(time: string | null | undefined, now: Date): string | null {
  return time ? `${time} (${relativeTime(time, now)})` : null
}
