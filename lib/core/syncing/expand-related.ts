import { toChanged } from '../links/requeue-record.ts'
import { type ConcernedRecord, type CustomerChange, recordKey, refOf } from '../model/change.ts'
import { Rejected } from '../model/errors.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { completed, type RecordResult, type RecordWork } from './record-work.ts'

/**
 * Queues the records that a change of a related record concerns; each is then read and synced like any other. Repeating it
 * queues them again, which does no harm. Throws Rejected when the source cannot say which they are.
 */
export async function expandRelated({ ref, change }: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const { expand } = await deps.source(ref.source)
  if (!expand) throw new Rejected('NOT_SUPPORTED', `${ref.source} cannot say which customers this concerns`)
  const concerned = new Map((await expand(ref)).map((each) => [recordKey(each), each]))
  const changes = [...concerned.values()].map((each) => toChange(each, change.eventIds, deps))
  if (changes.length > 0) await deps.queue.send(changes)
  deps.log.info(logMessages.relatedExpanded, { records: changes.length })
  return completed([])
}

function toChange(record: ConcernedRecord, eventIds: readonly string[], deps: SyncDeps): CustomerChange {
  const { kind = 'changed', mergedIds } = record
  return {
    ...toChanged(refOf(record), eventIds, deps),
    kind,
    ...(mergedIds && { mergedIds: [...mergedIds] }),
  }
}
