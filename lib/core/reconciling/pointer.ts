import { type CustomerChange, type RecordRef, recordKey, refOf, toEventId } from '../model/change.ts'
import type { Clock } from '../ports/observers.ts'

/**
 * The message that a record may have changed, as the walk with this id found. The same walk sends a record twice with the same
 * event id, which the queue drops within five minutes.
 */
export function toPointer(ref: RecordRef, walkId: string, clock: Clock): CustomerChange {
  return {
    ...refOf(ref),
    v: 1,
    kind: 'changed',
    eventId: toEventId(`walk:${walkId}:${recordKey(ref)}`),
    receivedAt: clock.now().toISOString(),
    listed: true,
  }
}
