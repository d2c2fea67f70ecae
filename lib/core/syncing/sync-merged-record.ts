import { clearFingerprint } from '../links/guarded-save.ts'
import { requeueSurvivor } from '../links/requeue-record.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { mergeRecord } from '../removing/merge-record.ts'
import { completedAs, type RecordResult, type RecordWork } from './record-work.ts'

/** A change of a record that was merged into `survivorId`: the survivor is queued instead. */
export async function syncMergedRecord(
  { ref, book, change, retriedSince }: RecordWork,
  survivorId: string,
  deps: SyncDeps,
): Promise<RecordResult> {
  // A merge that was interrupted has left links behind.
  if (book.links.some(({ state }) => state !== 'merged' && state !== 'erased')) {
    await mergeRecord(ref, { ...ref, recordId: survivorId }, deps)
  }
  const isRetry = retriedSince !== null
  // An earlier try may have written to the customer after the survivor did.
  if (isRetry) for (const link of book.links) await clearFingerprint(link, deps.links)
  if (change.kind !== 'deleted' || isRetry) await requeueSurvivor(ref, change.eventIds, deps)
  return completedAs('superseded')
}
