import type { LinkOutcome } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { PreparedRecord } from '../reading/prepare-record.ts'
import type { ReadCustomer } from '../reading/read-together.ts'

export type RecordResult = {
  readonly outcomes: readonly LinkOutcome[]
  /** Seconds until the record is read again because the CRM's answer may be out of date; null for never. */
  readonly readAgainAfter: number | null
}

/** Everything needed to sync one record. */
export type RecordWork = Omit<PreparedRecord, 'readsFirst'> & {
  readonly fetch: () => Promise<ReadCustomer>
}

/** The record is done, and is not read again. */
export function completed(outcomes: readonly LinkOutcome[]): RecordResult {
  return { outcomes, readAgainAfter: null }
}

/** The record is done, with one outcome for the record as a whole. */
export function completedAs(outcome: Outcome): RecordResult {
  return completed([{ outcome, links: [] }])
}
