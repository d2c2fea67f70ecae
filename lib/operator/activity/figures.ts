import type { LogEntry } from '../log/log-entry.ts'

/** How far back figures go, and how long each of their buckets is, in seconds. */
export const ranges = {
  '15m': { seconds: 900, bucketSeconds: 60 },
  '1h': { seconds: 3600, bucketSeconds: 60 },
  '24h': { seconds: 86_400, bucketSeconds: 900 },
  '7d': { seconds: 604_800, bucketSeconds: 3600 },
} as const
export type Range = keyof typeof ranges

/** What became of changes. */
export type Counts = {
  /** Created, adopted or updated at a provider. */
  readonly changed: number
  /** Unchanged, or superseded by a newer state. */
  readonly same: number
  /** Tries that failed and are repeated. */
  readonly retried: number
  readonly deadLettered: number
  /** Closed or erased. */
  readonly closed: number
  readonly notRouted: number
  readonly webhooksAccepted: number
  readonly webhooksRefused: number
}

/** From the webhook to the provider's response, of changes that reached a provider. */
export type Latency = {
  readonly measured: number
  readonly p50Ms: number
  readonly p95Ms: number
  /** The share of changes within two seconds, from 0 to 1; null when it is not known. */
  readonly within2s: number | null
}

export type Bucket = Counts & {
  /** When it begins, ISO 8601. */
  readonly at: string
  readonly latency: Latency | null
  /** The age of the oldest change in the queue at most, in seconds; null when it is not known. */
  readonly oldestSeconds: number | null
}

/** Figures of a stage over time; what is not known is null. */
export type Figures = {
  readonly range: Range
  readonly bucketSeconds: number
  /** ISO 8601. The last bucket is not over yet. */
  readonly from: string
  readonly to: string
  /** Oldest first, without gaps. */
  readonly buckets: readonly Bucket[]
  readonly totals: Counts
  readonly latency: Latency | null
  readonly sources: readonly SourceFigures[] | null
  readonly providers: readonly ProviderFigures[] | null
}
export type SourceFigures = {
  readonly source: string
  readonly accepted: number
  readonly refused: number
}
/** Changes that the provider has carried out, and those that failed there. */
export type ProviderFigures = {
  readonly provider: string
  readonly mode: string
  readonly succeeded: number
  readonly failed: number
}

export type ActivityFilter = {
  readonly source?: string
  readonly provider?: string
  readonly outcome?: string
  readonly code?: string
  /** Inclusive. */
  readonly since?: Date
  /** Default: 100. */
  readonly limit?: number
}
export const defaultRecent = 100

/** What a stage has been doing. */
export interface Activity {
  /** Throws CommandFailed, in words for an operator, when the figures cannot be read. */
  figures(range: Range): Promise<Figures>
  /** The last entries that say what became of a change, newest first. */
  recent(filter: ActivityFilter): Promise<readonly LogEntry[]>
  /** When the last webhook of each source was accepted, ISO 8601, as far as the log goes back. */
  lastAccepted(): Promise<ReadonlyMap<string, string>>
  /** How long the oldest of the `waiting` changes has been in the queue, in seconds. Null when that is not known. */
  oldestSeconds(waiting: number): Promise<number | null>
  close(): Promise<void>
}
