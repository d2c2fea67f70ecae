import { type CustomerChange, type RecordRef, toEventId } from '../model/change.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { finalSurvivor } from './find-survivor.ts'

/** Queues the survivor of a merged record, because these events of the merged record concern it now. */
export async function requeueSurvivor(
  ref: RecordRef,
  eventIds: readonly string[],
  deps: SyncDeps,
): Promise<void> {
  const { ref: survivor } = await finalSurvivor(ref, deps.links)
  if (survivor.recordId !== ref.recordId) await requeueRecord(survivor, eventIds, deps)
}

/** Queues the record to be read again, because of these events of another record. Only where the CRM can be read. */
export async function requeueRecord(
  ref: RecordRef,
  eventIds: readonly string[],
  deps: SyncDeps,
): Promise<void> {
  if (!(await deps.source(ref.source)).fetchCustomers) return
  await deps.queue.send([toChanged(ref, eventIds, deps)])
}

/** The message that a record may have changed, because of these events of another record. */
export function toChanged(
  ref: RecordRef,
  eventIds: readonly string[],
  { clock }: Pick<SyncDeps, 'clock'>,
): CustomerChange {
  const eventId = toEventId(`${eventIds.join('+')}>${ref.recordId}`)
  return { ...ref, v: 1, kind: 'changed', eventId, receivedAt: clock.now().toISOString() }
}
