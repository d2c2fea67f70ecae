import type { ChangeKind, ConcernedRecord, RecordRef } from '../../core/model/change.ts'
import type { ObjectOf } from './objects.ts'
import type { AttioEvent } from './schemas.ts'
import { recordTypeOf } from './to-customer.ts'

/**
 * What an event says of a record whose object is not known yet, as the id of a related record:
 * `changed:<object>:<record>`, `deleted:<object>:<record>` or `merged:<object>:<record>:<duplicate>`.
 */
export function announcedId(kind: ChangeKind, { id, duplicate_record_id: duplicate }: AttioEvent): string {
  const parts = [kind, id.object_id, id.record_id]
  return [...parts, ...(kind === 'merged' && duplicate ? [duplicate] : [])].join(':')
}

/** The record of an event, once its object is known; none when that is neither people nor companies. */
export async function expandAttioEvent(
  { recordId: announced, ...related }: RecordRef,
  objectOf: ObjectOf,
): Promise<readonly ConcernedRecord[]> {
  const [kind = '', objectId = '', recordId = '', duplicate] = announced.split(':')
  const recordType = recordTypeOf(await objectOf(objectId))
  if (!recordType || !recordId) return []
  const ref = { ...related, recordType, recordId }
  if (kind === 'merged' && duplicate) return [{ ...ref, kind, mergedIds: [duplicate] }]
  return [{ ...ref, kind: kind === 'deleted' ? kind : 'changed' }]
}
