import { toPages } from '../messages/listed-page.ts'
import type { RecordRef } from '../model/change.ts'
import { laterTime } from '../model/crm-time.ts'
import { Rejected } from '../model/errors.ts'
import type { ListedRecords } from '../ports/crm-source.ts'
import type { Clock } from '../ports/observers.ts'
import type { ListedQueue } from '../ports/queues.ts'
import type { RunningWalk, WalkRecord, WalkStore } from '../ports/walk-store.ts'

/** A walk whose cursor was refused begins again, but not for ever. */
const mostRestarts = 3

export type WalkDeps = {
  readonly store: WalkStore
  /** The queue of listed records, which never delays webhooks. */
  readonly queue: ListedQueue
  readonly clock: Clock
  readonly newId: () => string
}

export type Listing = {
  /** Of the walk's record. */
  readonly name: string
  readonly list: (since: string, cursor: string | null) => Promise<ListedRecords>
  /** The most records in one message. */
  readonly pageSize: number
  /** Which of the listed records are queued. Default: all. */
  readonly wants?: (ref: RecordRef) => boolean
}

/**
 * `page`: there are more pages. `complete`: that was the last one. `taken`: another worker has done it, or the walk was begun
 * again.
 */
export type WalkStep = {
  readonly kind: 'page' | 'complete' | 'taken'
  readonly walk: WalkRecord
  /** How many records this walk has listed so far. */
  readonly listed: number
}

/** The record of these walks; a new one where there is none. */
export async function findOrNewWalk(name: string, store: WalkStore): Promise<WalkRecord> {
  return (await store.findWalk(name)) ?? { name, watermark: null, running: null, revision: 0 }
}

/** The walk in progress, or a new one `since` a time. Null when another worker was first. */
export async function beginWalk(
  walk: WalkRecord,
  since: string,
  { store, newId }: Pick<WalkDeps, 'store' | 'newId'>,
): Promise<WalkRecord | null> {
  if (walk.running) return walk
  const running = { id: newId(), since, cursor: null, until: null, listed: 0, restarts: 0 }
  return store.saveWalk({ ...walk, running })
}

/**
 * Lists one page of the walk, queues its records, and only then saves the place. A worker that is stopped in between does the page
 * again: its messages have the same ids. The watermark is set after the last page. Throws what `list`, the queue and the table
 * throw; the place stays as it was.
 */
export async function walkPage(
  walk: WalkRecord & { readonly running: RunningWalk },
  listing: Listing,
  deps: WalkDeps,
): Promise<WalkStep> {
  const { running } = walk
  const page = await listed(running, listing)
  if (page === null) {
    const restarts = running.restarts + 1
    const again = await deps.store.saveWalk({
      ...walk,
      running: { ...running, cursor: null, until: null, listed: 0, restarts },
    })
    return { kind: again ? 'page' : 'taken', walk: again ?? walk, listed: 0 }
  }
  const wanted = page.refs.filter(listing.wants ?? (() => true))
  const pages = { walkId: running.id, size: listing.pageSize, now: deps.clock.now() }
  await deps.queue.send(toPages(wanted, pages))
  const until = running.until ?? page.completeUntil
  const listedSoFar = running.listed + page.refs.length
  const next: WalkRecord =
    page.cursor === null
      ? { ...walk, watermark: laterTime<string | null>(walk.watermark, until), running: null }
      : {
          ...walk,
          running: { ...running, cursor: page.cursor, until, listed: listedSoFar },
        }
  const saved = await deps.store.saveWalk(next)
  if (!saved) return { kind: 'taken', walk, listed: running.listed }
  return { kind: page.cursor === null ? 'complete' : 'page', walk: saved, listed: listedSoFar }
}

/** Null when the CRM refuses the cursor: some last only for seconds, and a walk may be continued hours later. */
async function listed(
  { since, cursor, restarts }: RunningWalk,
  { list }: Listing,
): Promise<ListedRecords | null> {
  try {
    return await list(since, cursor)
  } catch (error) {
    if (error instanceof Rejected && cursor !== null && restarts < mostRestarts) return null
    throw error
  }
}
