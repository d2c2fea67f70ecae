import type { RecordGroup } from '../../../core/messages/combine-changes.ts'
import { type CustomerChange, type RecordRef, refOf } from '../../../core/model/change.ts'
import type { LinkOutcome } from '../../../core/model/link.ts'
import type { RecordBook } from '../../../core/model/record-book.ts'
import type { SyncDeps } from '../../../core/ports/sync-deps.ts'
import { type AccountCheck, accountCheck } from '../../../core/reading/own-accounts.ts'
import { prepareRecord } from '../../../core/reading/prepare-record.ts'
import { type RecordReader, readTogether } from '../../../core/reading/read-together.ts'
import { syncRecord } from '../../../core/syncing/sync-record.ts'

/** What the engine made of one record. */
export type RecordPlan = {
  readonly ref: RecordRef
  /** The record's links before; null when not even they could be read. */
  readonly book: RecordBook | null
  readonly outcomes: readonly LinkOutcome[]
  /** Why it would fail. */
  readonly error: unknown
  /** Seconds until the record would be read again because the CRM's answer may be out of date; null for never. */
  readonly readAgainAfter: number | null
}

/** Runs the engine on these records as it runs on one batch of the queue: they are read from their CRM in as few calls. */
export function planBatch(
  groups: readonly RecordGroup<CustomerChange>[],
  deps: SyncDeps,
): Promise<readonly RecordPlan[]> {
  const reader = readTogether(groups.length, deps)
  const checkAccount = accountCheck(deps.source)
  return Promise.all(groups.map((group) => planRecord(group, reader, checkAccount, deps)))
}

async function planRecord(
  [first, ...rest]: RecordGroup<CustomerChange>,
  reader: RecordReader,
  checkAccount: AccountCheck,
  deps: SyncDeps,
): Promise<RecordPlan> {
  const announce = reader.expect()
  const ref = refOf(first)
  let book: RecordBook | null = null
  try {
    const prepared = await prepareRecord([queued(first), ...rest.map(queued)], deps)
    book = prepared.book
    await checkAccount(ref)
    announce(prepared.readsFirst ? ref : null)
    const result = await syncRecord({ ...prepared, fetch: () => reader.fetch(ref) }, deps)
    return { ref, book, error: null, ...result }
  } catch (error) {
    return { ref, book, error, outcomes: [], readAgainAfter: null }
  } finally {
    announce(null)
  }
}

/** As received from the queue for the first time. */
function queued(change: CustomerChange) {
  return { change, messageId: change.eventId, receives: 1, firstReceivedAt: null, behind: [] }
}
