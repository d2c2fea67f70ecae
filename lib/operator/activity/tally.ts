import type { LogEntry, LogEvent } from '../log/log-entry.ts'
import type { Counts, Latency, ProviderFigures, SourceFigures } from './figures.ts'
import { addCounts, noCounts } from './span.ts'

/** Which count a log line adds to. */
const counted: Readonly<Partial<Record<LogEvent, keyof Counts>>> = {
  customerCreated: 'changed',
  customerAdopted: 'changed',
  customerUpdated: 'changed',
  customerUnchanged: 'same',
  changeSuperseded: 'same',
  changeRetried: 'retried',
  changeDeadLettered: 'deadLettered',
  messageDeadLettered: 'deadLettered',
  linkClosed: 'closed',
  customerErased: 'closed',
  customerNotRouted: 'notRouted',
  webhookAccepted: 'webhooksAccepted',
  webhookRefused: 'webhooksRefused',
}

/** What was counted in a span of time. */
export type Tally = {
  counts: Counts
  readonly latencies: number[]
  readonly sources: Map<string, Omit<SourceFigures, 'source'>>
  /** By `provider mode`. */
  readonly providers: Map<string, ProviderFigures>
}

export function newTally(): Tally {
  return { counts: noCounts, latencies: [], sources: new Map(), providers: new Map() }
}

export function addEntry(tally: Tally, entry: LogEntry): void {
  const name = entry.event && counted[entry.event]
  if (!name) return
  tally.counts = { ...tally.counts, [name]: tally.counts[name] + 1 }
  if (name === 'changed' && entry.latencyMs !== null) tally.latencies.push(entry.latencyMs)
  const { source, provider, mode } = entry
  if (name === 'webhooksAccepted' || name === 'webhooksRefused') {
    addSource(
      tally,
      source ?? 'unknown',
      name === 'webhooksAccepted' ? 1 : 0,
      name === 'webhooksRefused' ? 1 : 0,
    )
  } else if (provider) {
    const failed = name === 'retried' || name === 'deadLettered'
    // A change that waits for a paused provider has not been sent to it.
    const wasSent = failed ? entry.code !== 'PROVIDER_PAUSED' : name === 'changed'
    if (wasSent)
      addProvider(tally, { provider, mode: mode ?? '', succeeded: failed ? 0 : 1, failed: failed ? 1 : 0 })
  }
}

/** Adds what was counted in `other` to `tally`. */
export function addTally(tally: Tally, other: Tally): void {
  tally.counts = addCounts(tally.counts, other.counts)
  for (const millis of other.latencies) tally.latencies.push(millis)
  for (const [source, { accepted, refused }] of other.sources) addSource(tally, source, accepted, refused)
  for (const figures of other.providers.values()) addProvider(tally, figures)
}

function addSource({ sources }: Tally, source: string, accepted: number, refused: number): void {
  const known = sources.get(source) ?? { accepted: 0, refused: 0 }
  sources.set(source, { accepted: known.accepted + accepted, refused: known.refused + refused })
}

function addProvider({ providers }: Tally, { provider, mode, succeeded, failed }: ProviderFigures): void {
  const key = `${provider} ${mode}`
  const known = providers.get(key) ?? { succeeded: 0, failed: 0 }
  providers.set(key, {
    provider,
    mode,
    succeeded: known.succeeded + succeeded,
    failed: known.failed + failed,
  })
}

/** Null without a measurement. */
export function latencyOf({ latencies }: Pick<Tally, 'latencies'>): Latency | null {
  const sorted = latencies.toSorted((a, b) => a - b)
  const percentile = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  if (sorted.length === 0) return null
  const within2s = sorted.filter((millis) => millis <= 2000).length / sorted.length
  return { measured: sorted.length, p50Ms: percentile(0.5), p95Ms: percentile(0.95), within2s }
}
