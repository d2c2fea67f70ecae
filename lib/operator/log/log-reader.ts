import type { LogEntry } from './log-entry.ts'

/** Which entries are wanted: all that is given must match. `since` is inclusive, `until` exclusive. */
export type LogQuery = {
  readonly record?: {
    readonly source?: string
    readonly account?: string
    readonly recordType?: string
    readonly recordId: string
  }
  readonly eventId?: string
  readonly providerCustomerId?: string
  readonly requestId?: string
  readonly since?: Date
  readonly until?: Date
  /** The most entries; the newest of them are returned. Default: 1,000. */
  readonly limit?: number
}

type LogFound = {
  /** Oldest first. */
  readonly entries: readonly LogEntry[]
  /** Why entries may be missing, in words; null when there are no others. */
  readonly incomplete: string | null
}

/** The log of the functions, local or deployed. */
export interface LogReader {
  /** Throws CommandFailed, in words for an operator, when the log cannot be read. */
  find(query: LogQuery): Promise<LogFound>
  /** Every entry that is logged from now on, exactly once, until `signal` is aborted. */
  follow(signal: AbortSignal): AsyncIterable<LogEntry>
}
