import type { LogEntry } from '../log/log-entry.ts'
import {
  type ActivityFilter,
  type Bucket,
  defaultRecent,
  type Figures,
  type Range,
  ranges,
} from './figures.ts'
import { spanOf } from './span.ts'
import { addEntry, addTally, latencyOf, newTally, type Tally } from './tally.ts'
import { waitingChanges } from './waiting-changes.ts'

const minuteMs = 60_000
/** The longest range, and the bucket that it begins in. */
const longestMs = (ranges['7d'].seconds + ranges['7d'].bucketSeconds) * 1000
/** The most entries that `recent` chooses from. */
const mostRecent = 5000

/** What is kept of a log in memory: figures by the minute, and the last entries. */
export type Digest = {
  add(entry: LogEntry): void
  figures(range: Range): Figures
  recent(filter: ActivityFilter): readonly LogEntry[]
  lastAccepted(): ReadonlyMap<string, string>
  oldestSeconds(waiting: number): number | null
}

export function logDigest(now: () => Date): Digest {
  const minutes = new Map<number, Tally>()
  const accepted = new Map<string, string>()
  const waiting = waitingChanges()
  let outcomes: LogEntry[] = []

  return {
    add(entry) {
      const minute = Math.floor(Date.parse(entry.at) / minuteMs) * minuteMs
      const tally = minutes.get(minute) ?? newTally()
      if (!minutes.has(minute)) forget(minutes, minute - longestMs)
      minutes.set(minute, tally)
      addEntry(tally, entry)
      waiting.add(entry)
      if (entry.event === 'webhookAccepted' && entry.source) {
        const last = accepted.get(entry.source) ?? ''
        if (entry.at > last) accepted.set(entry.source, entry.at)
      }
      if (entry.outcome !== null) outcomes.push(entry)
      if (outcomes.length > 2 * mostRecent) outcomes = outcomes.slice(-mostRecent)
    },
    figures: (range) => toFigures(minutes, range, now()),
    recent: (filter) => latest(outcomes, filter),
    lastAccepted: () => accepted,
    oldestSeconds(count) {
      const queuedAt = waiting.oldest(count)
      return queuedAt === null ? null : Math.max(0, Math.floor((now().getTime() - queuedAt) / 1000))
    },
  }
}

function forget(minutes: Map<number, Tally>, before: number): void {
  // A log is in order, but for lines of the same moment.
  for (const minute of minutes.keys()) {
    if (minute >= before) return
    minutes.delete(minute)
  }
}

function toFigures(minutes: ReadonlyMap<number, Tally>, range: Range, now: Date): Figures {
  const { bucketSeconds } = ranges[range]
  const { from, starts } = spanOf(range, now)
  const tallies = starts.map(newTally)
  const whole = newTally()
  for (const [minute, tally] of minutes) {
    const bucket = tallies[Math.floor((minute - from) / (bucketSeconds * 1000))]
    if (!bucket) continue
    addTally(bucket, tally)
    addTally(whole, tally)
  }
  return {
    range,
    bucketSeconds,
    from: new Date(from).toISOString(),
    to: now.toISOString(),
    buckets: tallies.map(
      (tally, index): Bucket => ({
        at: new Date(starts[index] ?? from).toISOString(),
        ...tally.counts,
        latency: latencyOf(tally),
        oldestSeconds: null,
      }),
    ),
    totals: whole.counts,
    latency: latencyOf(whole),
    sources: [...whole.sources].map(([source, figures]) => ({ source, ...figures })),
    providers: [...whole.providers.values()],
  }
}

function latest(outcomes: readonly LogEntry[], filter: ActivityFilter): readonly LogEntry[] {
  const { source, provider, outcome, code, since, limit = defaultRecent } = filter
  const fits = (entry: LogEntry) =>
    (source === undefined || entry.source === source) &&
    (provider === undefined || entry.provider === provider) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (code === undefined || entry.code === code) &&
    (since === undefined || Date.parse(entry.at) >= since.getTime())
  return outcomes.filter(fits).slice(-limit).reverse()
}
