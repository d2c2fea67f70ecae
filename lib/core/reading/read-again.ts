/**
 * When a record is read again because the first answer may come from a replica that lags behind. In seconds since the
 * webhook was received: a read made before `until` is repeated after `after` seconds. Each wait is at least as long as the
 * next step's `until`, so that a record is read again at most twice.
 */
const steps = [
  { until: 2, after: 3 },
  { until: 12, after: 12 },
] as const

/** Seconds from the read at `askedAt` until the next one; null when the answer is final. */
export function secondsUntilNextRead(receivedAt: string, askedAt: Date): number | null {
  const age = (askedAt.getTime() - Date.parse(receivedAt)) / 1000
  return steps.find(({ until }) => age < until)?.after ?? null
}

/**
 * Whether the CRM returned a record older than the event that announced its change. Where the record's time has no
 * milliseconds, those of the event are ignored: Pipedrive's `update_time` is in whole seconds.
 */
export function isOlderThanEvent(version: string, occurredAt: string | undefined): boolean {
  if (occurredAt === undefined) return false
  const [shown, told] = [Date.parse(version), Date.parse(occurredAt)]
  return shown < (shown % 1000 === 0 ? Math.floor(told / 1000) * 1000 : told)
}
