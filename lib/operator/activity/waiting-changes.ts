import type { LogEntry, LogEvent } from '../log/log-entry.ts'

/** SQS drops a message whose deduplication id it has seen within this time. */
const deduplicationMs = 5 * 60_000

/** With these lines a change leaves the queue. */
const lastLines: ReadonlySet<LogEvent | null> = new Set([
  'customerCreated',
  'customerAdopted',
  'customerUpdated',
  'customerUnchanged',
  'changeSuperseded',
  'linkClosed',
  'customerErased',
  'customerNotRouted',
  'relatedExpanded',
  'changeDeadLettered',
])

/** What is kept of changes whose end is never logged, such as those that an operator has purged. */
const mostKept = 200_000

/** Works out from the log which changes are still in the queue. */
export type WaitingChanges = {
  add(entry: LogEntry): void
  /** When the oldest of the `count` changes in the queue was queued, in milliseconds; null when it is not known. */
  oldest(count: number): number | null
}

export function waitingChanges(): WaitingChanges {
  /** When each change was queued, by record and event, oldest first. */
  const queued = new Map<string, number>()
  const finished = new Map<string, number>()

  const addOne = (key: string, { event, at }: LogEntry) => {
    const time = Date.parse(at)
    if (event === 'deadLetterRedriven') queued.set(key, time)
    // The CRM has sent the event again, and the queue drops it.
    else if (event === 'changeQueued' && time - (finished.get(key) ?? 0) > deduplicationMs) {
      if (!queued.has(key)) queued.set(key, time)
    } else if (lastLines.has(event)) {
      queued.delete(key)
      finished.set(key, time)
    }
    for (const known of [queued, finished]) if (known.size > mostKept) known.delete(firstOf(known))
  }
  return {
    add(entry) {
      for (const key of keysOf(entry)) addOne(key, entry)
    },
    oldest(count) {
      if (count === 0) return null
      // What is more than the queue holds has ended without a line, before what is still in it.
      return [...queued.values()].sort((a, b) => a - b).slice(-count)[0] ?? null
    },
  }
}

/** None for masked ids, which are the same for several changes. */
function keysOf({ source, account, recordType, recordId, eventIds }: LogEntry): readonly string[] {
  if (recordId === null) return []
  return [recordId, ...eventIds].some((id) => id.startsWith('('))
    ? []
    : eventIds.map((eventId) => [source, account, recordType, recordId, eventId].join('\n'))
}

function firstOf(known: ReadonlyMap<string, number>): string {
  return known.keys().next().value ?? ''
}
