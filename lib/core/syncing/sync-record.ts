import { withdrawFingerprint } from '../links/guarded-save.ts'
import { passOn } from '../links/pass-on.ts'
import type { CombinedChange } from '../messages/combine-changes.ts'
import { type RecordRef, refOf, type Snapshot } from '../model/change.ts'
import type { Outcome } from '../model/link.ts'
import type { ProviderName } from '../model/provider.ts'
import { isErased, mergedInto, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import type { ReadCustomer } from '../reading/read-together.ts'
import { eraseAgain, eraseRecord } from '../removing/erase-record.ts'
import { absorbRecord, absorbRecords } from '../removing/merge-records.ts'
import { bringAbout } from './bring-about.ts'

export type ProviderOutcome = {
  readonly provider: ProviderName | null
  readonly outcome: Outcome
}

export type RecordResult = {
  readonly outcomes: readonly ProviderOutcome[]
  /** Seconds until the record is to be read again, before what the CRM has shown is believed; null for not at all. */
  readonly lookAgainAfter: number | null
}

/** Everything needed to work on one record: what was said of it, what the table says, and how to read it. */
export type RecordWork = {
  readonly change: CombinedChange<Snapshot>
  readonly book: RecordBook
  /** When the newest webhook of it was received; ISO 8601. */
  readonly receivedAt: string
  /** Since when somebody may have been at it before, and have got far; ISO 8601, null for a first try. */
  readonly retriedSince: string | null
  readonly fetch: () => Promise<ReadCustomer>
}

/**
 * Brings every provider of one record to the CRM's state. Throws after all providers had their turn, so that one that
 * fails does not hold up another.
 */
export async function syncRecord(work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const ref = refOf(work.change)
  const { kind, mergedIds } = work.change
  const losers = mergedIds.filter((id) => id !== ref.recordId)
  await absorbRecords(losers, ref, deps)
  const book = losers.length > 0 ? toBook(await deps.links.findLinks(ref)) : work.book
  if (kind === 'erased') return done(await eraseRecord(ref, book, deps))
  if (isErased(book)) {
    // An earlier try may have written to a customer that another record's erasure has reached.
    if (work.retriedSince !== null) await eraseAgain(book, deps)
    return done('superseded')
  }
  const survivorId = mergedInto(book)
  if (survivorId !== null) return aboutSurvivor(ref, book, survivorId, work, deps)
  return bringAbout(ref, { ...work, book }, deps)
}

/** What is said of a record that was merged away. */
async function aboutSurvivor(
  ref: RecordRef,
  book: RecordBook,
  survivorId: string,
  { change, retriedSince }: RecordWork,
  deps: SyncDeps,
): Promise<RecordResult> {
  // A merge that was cut short has left links behind.
  if (book.links.some(({ state }) => state !== 'merged' && state !== 'erased')) {
    await absorbRecord(ref, { ...ref, recordId: survivorId }, deps)
  }
  const isRetry = retriedSince !== null
  // An earlier try may have written to the customer after the survivor did.
  if (isRetry) for (const link of book.links) await withdrawFingerprint(link, deps.links)
  if (change.kind !== 'deleted' || isRetry) await passOn(ref, change.eventIds, deps)
  return done('superseded')
}

function done(outcome: Outcome): RecordResult {
  return { outcomes: [{ provider: null, outcome }], lookAgainAfter: null }
}
