type Steps = readonly { readonly until: number; readonly after: number }[]

/**
 * When a record is read again because the first answer may come from a replica that lags behind. In seconds since the
 * webhook was received: a read made before `until` is repeated after `after` seconds. Each wait is at least as long as the
 * next step's `until`, so that a record is read again at most twice.
 */
const replicaSteps: Steps = [
  { until: 2, after: 3 },
  { until: 12, after: 12 },
]

/** The same for a webhook that was sent before its change was committed: until two minutes have passed, at most four times. */
const commitSteps: Steps = [...replicaSteps, { until: 40, after: 30 }, { until: 120, after: 75 }]

/** For an answer that may hold such a change or not, which its time does not tell. */
const onceMore: Steps = [{ until: 12, after: 12 }]

/** Which steps apply where a read may have returned an older state, or nothing yet. */
export function stepsFor(sendsBeforeCommit: boolean): Steps {
  return sendsBeforeCommit ? commitSteps : replicaSteps
}

/** Seconds from the read at `askedAt` until the next one; null when the answer is final. */
export function secondsUntilNextRead(
  receivedAt: string,
  askedAt: Date,
  steps: Steps = replicaSteps,
): number | null {
  const age = (askedAt.getTime() - Date.parse(receivedAt)) / 1000
  return steps.find(({ until }) => age < until)?.after ?? null
}

/**
 * Which steps apply to a record that was found, by its time and that of the event; none where the answer holds the change for
 * certain. A webhook that is sent before the commit needs a later time: with an equal second, or where the event has no time,
 * the answer may be from before the commit.
 */
export function stepsAfterFound(
  version: string,
  occurredAt: string | undefined,
  sendsBeforeCommit: boolean,
): Steps {
  if (isOlderThanEvent(version, occurredAt)) return stepsFor(sendsBeforeCommit)
  const isNewer = occurredAt !== undefined && Date.parse(version) > Date.parse(occurredAt)
  return sendsBeforeCommit && !isNewer ? onceMore : []
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
