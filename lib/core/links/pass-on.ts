import { type RecordRef, toEventId } from '../model/change.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { finalSurvivor } from './find-survivor.ts'

/** What is said of a merged-away record is about the survivor now: it is to be read again, where the CRM can be asked. */
export async function passOn(ref: RecordRef, eventIds: readonly string[], deps: SyncDeps): Promise<void> {
  const { ref: survivor } = await finalSurvivor(ref, deps.links)
  if (survivor.recordId !== ref.recordId) await queueAgain(survivor, eventIds, deps)
}

/** A pointer to the record, because of these events of another one. */
export async function queueAgain(ref: RecordRef, eventIds: readonly string[], deps: SyncDeps): Promise<void> {
  if (!(await deps.source(ref.source)).canFetch) return
  const eventId = toEventId(`${eventIds.join('+')}>${ref.recordId}`)
  const receivedAt = deps.clock.now().toISOString()
  await deps.queue.send([{ ...ref, v: 1, kind: 'changed', eventId, receivedAt }])
}
