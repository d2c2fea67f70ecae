import type { RecordRef } from './change.ts'
import { finalSurvivor } from './find-survivor.ts'
import type { SyncDeps } from './sync-deps.ts'

/**
 * What is said of a merged-away record is about the survivor now; a pointer to it is queued, where the CRM can be asked for
 * it.
 */
export async function passOn(ref: RecordRef, eventIds: readonly string[], deps: SyncDeps): Promise<void> {
  if (!(await deps.source(ref.source)).canFetch) return
  const { recordId } = (await finalSurvivor(ref, deps.links)).ref
  if (recordId === ref.recordId) return
  const eventId = `${eventIds.join('+')}>${recordId}`
  const receivedAt = deps.clock.now().toISOString()
  await deps.queue.send([{ ...ref, recordId, v: 1, kind: 'changed', eventId, receivedAt }])
}
