import { toPages } from '../../core/messages/listed-page.ts'
import { pageSizeOf } from '../../core/reconciling/page-size.ts'
import type { RecordOptions } from '../links/find-record.ts'
import { openLinks } from '../links/open-links.ts'
import { recordsById } from '../plan/choose-records.ts'
import type { Stage } from '../stage/stage.ts'
import type { Resync } from './open-resync.ts'
import type { ResyncReport } from './resync-source.ts'

/** Queues these records to be read again. Throws BadInput for an id that the table does not know, or knows of several records. */
export async function resyncRecords(
  ids: readonly string[],
  options: RecordOptions,
  stage: Stage,
  { queue, clock, newId }: Resync,
): Promise<ResyncReport> {
  const refs = await recordsById(ids, options, openLinks(stage))
  await queue.send(toPages(refs, { walkId: newId(), size: pageSizeOf({}), now: clock.now() }))
  const names = new Set(refs.map(({ source }) => source))
  return {
    source: names.size === 1 ? (refs[0]?.source ?? null) : null,
    since: null,
    listed: refs.length,
    queued: refs.length,
    until: null,
    complete: true,
  }
}
