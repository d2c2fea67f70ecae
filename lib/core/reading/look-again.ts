/**
 * When a record is read again whose first answer may come from a replica that has not seen the change yet. Seconds since the
 * webhook came: a read younger than `until` is repeated `after` so many seconds. Each wait is at least as long as the
 * next step's `until`, so that nothing is read again more than twice.
 */
const steps = [
  { until: 2, after: 3 },
  { until: 12, after: 12 },
] as const

/** Seconds until the next look after the one at `askedAt`; null when what that has shown is to be believed. */
export function nextLookAfter(receivedAt: string, askedAt: Date): number | null {
  const age = (askedAt.getTime() - Date.parse(receivedAt)) / 1000
  return steps.find(({ until }) => age < until)?.after ?? null
}

/**
 * Whether the CRM's record is older than the event that told of its change. Where the record's time has no
 * milliseconds, the event's are not counted either: Pipedrive's `update_time` is in whole seconds.
 */
export function isOlderThanEvent(version: string, occurredAt: string | undefined): boolean {
  if (occurredAt === undefined) return false
  const [shown, told] = [Date.parse(version), Date.parse(occurredAt)]
  return shown < (shown % 1000 === 0 ? Math.floor(told / 1000) * 1000 : told)
}
