import type { SourceName } from '../../core/model/change.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { WalkRecord } from '../../core/ports/walk-store.ts'
import { pageSizeOf } from '../../core/reconciling/page-size.ts'
import { mostWaiting } from '../../core/reconciling/reconcile.ts'
import { beginWalk, findOrNewWalk, type Listing, walkPage } from '../../core/reconciling/walk-changes.ts'
import { BadInput, CommandFailed } from '../errors.ts'
import { fits, type RecordOptions } from '../links/find-record.ts'
import { beginning, unthrottled } from '../plan/list-records.ts'
import type { Resync } from './open-resync.ts'

export type ResyncWanted = Omit<RecordOptions, 'source'> & {
  readonly source: SourceName
  /** ISO 8601; null from the beginning. */
  readonly since: string | null
}

export type ResyncReport = {
  readonly source: SourceName | null
  readonly since: string | null
  readonly listed: number
  readonly queued: number
  /** Everything that changed before this time is queued; ISO 8601, null while that is not so. */
  readonly until: string | null
  readonly complete: boolean
}

export type ResyncProgress = {
  readonly signal: AbortSignal
  readonly onListed: (listed: number) => void
  /** Called while the queue is too full to take more, with the number of records in it. */
  readonly onWaiting: (waiting: number) => void
  /** Called when an earlier resync that was not finished goes on, with the number of records it had listed. */
  readonly onContinued: (listed: number) => void
  readonly pause: (seconds: number) => Promise<void>
}

/** While the queue is full, it is looked at so often. */
const secondsBetweenLooks = 2

/**
 * Queues every record of a source that changed since a time, page by page; returns when all are queued or `signal` is aborted. An
 * earlier resync that was not finished is continued if it covers what is wanted, and then completed up to now. Throws BadInput
 * where the CRM cannot list its records.
 */
export async function resyncSource(
  wanted: ResyncWanted,
  resync: Resync,
  progress: ResyncProgress,
): Promise<ResyncReport> {
  const source = await resync.source(wanted.source)
  const since = wanted.since ?? beginning
  const totals = { listed: 0, queued: 0 }
  const listing = listingOf(wanted, source, totals, progress)
  const found = await findOrNewWalk(listing.name, resync.store)
  const unfinished = found.running && found.running.since <= since ? found.running : null
  if (unfinished) progress.onContinued(unfinished.listed)
  const first = unfinished ? found : await restarted(found, since, resync)
  let ended = await walkToEnd(first, listing, resync, progress)
  // What changed after the first page of the continued resync.
  if (ended && unfinished?.until) {
    ended = await walkToEnd(await restarted(ended, unfinished.until, resync), listing, resync, progress)
  }
  return {
    source: wanted.source,
    since: wanted.since,
    ...totals,
    until: ended?.watermark ?? null,
    complete: ended !== null,
  }
}

function listingOf(
  { source: name, account, type }: ResyncWanted,
  source: CrmSource,
  totals: { listed: number; queued: number },
  { pause }: ResyncProgress,
): Listing {
  const { listChanged } = source
  if (!listChanged) throw new BadInput(`${name} cannot list its records: name the records to be read again`)
  const options = { ...(account && { account }), ...(type && { type }) }
  return {
    name: [name, 'resync', account ?? '*', type ?? '*'].join('/'),
    pageSize: pageSizeOf(source),
    async list(since, cursor) {
      const page = await unthrottled(() => listChanged(since, cursor), pause)
      totals.listed += page.refs.length
      return page
    },
    wants(ref) {
      const isWanted = fits(ref, options)
      if (isWanted) totals.queued += 1
      return isWanted
    },
  }
}

async function restarted(record: WalkRecord, since: string, resync: Resync): Promise<WalkRecord> {
  const begun = await beginWalk({ ...record, running: null, watermark: null }, since, resync)
  return begun ?? takenOver()
}

/** The record of the walk that has ended; null when it was interrupted. */
async function walkToEnd(
  record: WalkRecord,
  listing: Listing,
  resync: Resync,
  { signal, onListed, onWaiting, pause }: ResyncProgress,
): Promise<WalkRecord | null> {
  let walk = record
  while (walk.running) {
    for (let waiting = await resync.countWaiting(); waiting >= mostWaiting && !signal.aborted; ) {
      onWaiting(waiting)
      await pause(secondsBetweenLooks)
      waiting = await resync.countWaiting()
    }
    if (signal.aborted) return null
    const step = await walkPage({ ...walk, running: walk.running }, listing, resync)
    if (step.kind === 'taken') takenOver()
    onListed(step.listed)
    walk = step.walk
  }
  return walk
}

function takenOver(): never {
  throw new CommandFailed('another resync of this source is running: wait until it has ended')
}
