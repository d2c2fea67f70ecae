/**
 * Compares two CRM times; negative when `a` is earlier. Never for our own clock's times. ISO strings of different precision
 * are compared as instants. Null is earlier than any time.
 */
export function compareTimes(a: string | null | undefined, b: string | null | undefined): number {
  return toMillis(a) - toMillis(b)
}

/** The later of two times; the first when they are equal. */
export function laterTime<T extends string | null | undefined>(a: T, b: T): T {
  return compareTimes(a, b) >= 0 ? a : b
}

function toMillis(time: string | null | undefined): number {
  if (!time) return Number.MIN_SAFE_INTEGER
  const millis = Date.parse(time)
  return Number.isNaN(millis) ? Number.MIN_SAFE_INTEGER : millis
}
