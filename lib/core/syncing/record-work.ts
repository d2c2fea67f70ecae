import type { CustomerIds, CustomerState } from '../model/customer.ts'
import type { LinkOutcome } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { PreparedRecord } from '../reading/prepare-record.ts'
import type { ReadCustomer } from '../reading/read-together.ts'

export type RecordResult = {
  readonly outcomes: readonly LinkOutcome[]
  /** Seconds until the record is read again because the CRM's answer may be out of date; null for never. */
  readonly readAgainAfter: number | null
  /** What the record's properties hold for ids that are written back; null where there is nothing to write. */
  readonly customerIds: CustomerIds | null
}

/** Everything needed to sync one record. */
export type RecordWork = Omit<PreparedRecord, 'readsFirst'> & {
  readonly fetch: () => Promise<ReadCustomer>
}

/** The record is done, and is not read again. */
export function completed(outcomes: readonly LinkOutcome[]): RecordResult {
  return { outcomes, readAgainAfter: null, customerIds: null }
}

/** The customer was brought to this state. */
export function upserted(
  outcomes: readonly LinkOutcome[],
  { customerIds = {} }: CustomerState,
  readAgainAfter: number | null = null,
): RecordResult {
  return { outcomes, readAgainAfter, customerIds }
}

/** The record is done, with one outcome for the record as a whole. */
export function completedAs(outcome: Outcome): RecordResult {
  return completed([{ outcome, links: [] }])
}
