import { requeueSurvivor } from '../links/requeue-record.ts'
import { isErased, mergedInto, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { type Assessment, assessFound, assessMissing } from '../reading/assess-record.ts'
import { isOutdated, usableSnapshot } from '../reading/freshness.ts'
import { closeRecord } from '../removing/close-record.ts'
import { eraseAgain } from '../removing/erase-again.ts'
import { eraseRecord } from '../removing/erase-record.ts'
import { mergeRecord } from '../removing/merge-record.ts'
import { mergeRecords } from '../removing/merge-records.ts'
import { expandRelated } from './expand-related.ts'
import { completed, completedAs, type RecordResult, type RecordWork, upserted } from './record-work.ts'
import { skipChange } from './skip-change.ts'
import { syncMergedRecord } from './sync-merged-record.ts'
import { upsertCustomer } from './upsert-customer.ts'

/**
 * Brings every provider of one record to the CRM's state. All providers are tried before it throws, so that one failure does
 * not block another provider.
 */
export async function syncRecord(work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const { ref, change } = work
  if (change.kind === 'related') return expandRelated(work, deps)
  const mergedIds = change.mergedIds.filter((id) => id !== ref.recordId)
  await mergeRecords(mergedIds, ref, deps)
  const book = mergedIds.length > 0 ? toBook(await deps.links.findLinks(ref)) : work.book
  if (change.kind === 'erased') return completedAs(await eraseRecord(ref, book, deps))
  if (isErased(book)) {
    // An earlier try may have written to a customer after another record's erasure had reached it.
    if (work.retriedSince !== null) await eraseAgain(ref, book, deps)
    return completedAs('superseded')
  }
  const survivorId = mergedInto(book)
  if (survivorId !== null) return syncMergedRecord({ ...work, book }, survivorId, deps)
  return reconcile({ ...work, book }, deps)
}

/** Finds out the record's current state, from the snapshot or from the CRM, and applies it. */
async function reconcile(work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const { ref, change, book, canFetch } = work
  if (isOutdated(change, book, canFetch)) return skipChange(work, 'superseded', deps)
  const snapshot = usableSnapshot(change, book, canFetch)
  if (snapshot) {
    const state = { ...snapshot, remembersTime: true }
    return upserted(await upsertCustomer(work, state, [], deps), state)
  }
  if (change.kind === 'deleted' && !canFetch) return close(work, deps)
  // The merge itself is saved. The survivor's data comes with its own next event.
  if (change.kind === 'merged' && !canFetch) return skipChange(work, 'unchanged', deps)
  const read = await work.fetch()
  switch (read.kind) {
    case 'failed':
      throw read.error
    case 'merged':
      await mergeRecord(ref, { ...ref, recordId: read.intoId }, deps)
      await requeueSurvivor(ref, change.eventIds, deps)
      return completedAs('superseded')
    case 'deleted':
      return apply(assessMissing(read.askedAt, work), work, deps)
    case 'found':
      return apply(assessFound(read, work, deps.clock), work, deps)
  }
}

async function apply(assessment: Assessment, work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  switch (assessment.verdict) {
    case 'read-again':
      return { ...completed([]), readAgainAfter: assessment.afterSeconds }
    case 'deleted':
      return close(work, deps)
    case 'superseded':
      return skipChange(work, 'superseded', deps)
    case 'never-committed':
      deps.log.info('record does not exist: what announced it was never committed')
      return completedAs('superseded')
    case 'current': {
      const { state, mergedIds, readAgainAfter } = assessment
      return upserted(await upsertCustomer(work, state, mergedIds, deps), state, readAgainAfter)
    }
  }
}

/** A record that is missing after a change was deleted after it: a snapshot from before that is no news. */
async function close({ ref, change, book }: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const isTimed = change.kind === 'deleted' || change.kind === 'changed'
  const at = isTimed ? (change.occurredAt ?? null) : null
  return completed([await closeRecord(ref, book, { confirmed: change.saidDeleted, at }, deps)])
}
