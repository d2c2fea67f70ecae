import { passOn } from '../links/pass-on.ts'
import { believableTime } from '../model/believable-times.ts'
import type { RecordRef } from '../model/change.ts'
import { compareTimes, laterTime } from '../model/crm-time.ts'
import type { Link } from '../model/link.ts'
import {
  awaitsSurvivor,
  isClosed,
  isConfirmed,
  type RecordBook,
  reachedVersion,
  wasConfirmed,
} from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { isOldNews, isOutdated, usableSnapshot } from '../reading/freshness.ts'
import { isOlderThanEvent, nextLookAfter } from '../reading/look-again.ts'
import type { ReadCustomer } from '../reading/read-together.ts'
import { closeRecord } from '../removing/close-record.ts'
import { absorbRecord } from '../removing/merge-records.ts'
import type { ProviderOutcome, RecordResult, RecordWork } from './sync-record.ts'
import { upsertCustomer } from './upsert-customer.ts'

type Found = Extract<ReadCustomer, { kind: 'found' }>

/** Finds out what the CRM says of a record that is neither erased nor merged away, and makes the providers agree. */
export async function bringAbout(ref: RecordRef, work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const { change, book } = work
  const source = await deps.source(ref.source)
  if (isOutdated(change, book, source.canFetch)) return leave(ref, work, 'superseded', deps)
  const snapshot = usableSnapshot(change, book, source.canFetch)
  if (snapshot)
    return believed(await upsertCustomer(ref, work, { ...snapshot, remembersTime: true }, [], deps))
  if (change.kind === 'deleted' && !source.canFetch) return believed(await close(ref, work, deps))
  // The merge itself is written down already; the survivor's data comes with its own next event.
  if (change.kind === 'merged' && !source.canFetch) {
    return leave(ref, work, 'unchanged', deps)
  }
  const fetched = await work.fetch()
  switch (fetched.kind) {
    case 'failed':
      throw fetched.error
    case 'merged':
      await absorbRecord(ref, { ...ref, recordId: fetched.intoId }, deps)
      await passOn(ref, change.eventIds, deps)
      return believed([{ provider: null, outcome: 'superseded' }])
    case 'deleted':
      return gone(ref, fetched.askedAt, work, deps)
    case 'found':
      return shown(ref, fetched, work, source.sendsSnapshots, deps)
  }
}

/** There is nothing to do, unless the record is deleted and a merge has brought a customer since. */
async function leave(
  ref: RecordRef,
  { book }: RecordWork,
  outcome: 'superseded' | 'unchanged',
  deps: SyncDeps,
): Promise<RecordResult> {
  const isLeftOut = (link: Link) => link.state === 'closed' && !isConfirmed(link) && !awaitsSurvivor(link)
  if (!isClosed(book) || !wasConfirmed(book) || !book.links.some(isLeftOut)) {
    return believed([{ provider: null, outcome }])
  }
  const closed = await closeRecord(ref, book, { confirmed: true, at: null }, deps)
  return believed([{ provider: null, outcome: closed }])
}

/** A record dated far into the future is as new as what is known of it by the CRM's own clock. */
function versionOf({ version }: Found, { change, book }: RecordWork, { clock }: SyncDeps): string {
  const known = laterTime<string | null>(reachedVersion(book), change.occurredAt ?? null) ?? undefined
  return believableTime(version, clock.now().toISOString(), known)
}

/** The CRM does not know the record, or a replica of it does not yet. */
async function gone(ref: RecordRef, askedAt: Date, work: RecordWork, deps: SyncDeps): Promise<RecordResult> {
  const { change, book } = work
  // Nothing is lost by believing at once what is known already.
  const isKnown = isClosed(book) && isOldNews(change, book)
  const lookAgainAfter = change.kind === 'deleted' || isKnown ? null : nextLookAfter(work.receivedAt, askedAt)
  if (lookAgainAfter !== null) return { outcomes: [], lookAgainAfter }
  return believed(await close(ref, work, deps))
}

/** The CRM shows the record: as it is now, or as it was before the change. */
async function shown(
  ref: RecordRef,
  fetched: Found,
  work: RecordWork,
  sendsSnapshots: boolean,
  deps: SyncDeps,
): Promise<RecordResult> {
  const { kind, occurredAt } = work.change
  const shownVersion = versionOf(fetched, work, deps)
  if (kind === 'deleted') {
    // A record that was changed after its deletion is alive; one without a time of its deletion may be.
    if (occurredAt && compareTimes(shownVersion, occurredAt) <= 0)
      return believed(await close(ref, work, deps))
    const lookAgainAfter = occurredAt ? null : nextLookAfter(work.receivedAt, fetched.askedAt)
    if (lookAgainAfter !== null) return { outcomes: [], lookAgainAfter }
  }
  const isKnown = isOldNews(work.change, work.book)
  // One without a time of its restoration is alive all the same, whatever was known before.
  const isRestored = kind === 'restored' && !(isKnown && !isClosed(work.book))
  const restoredAt = isRestored ? (occurredAt ?? reachedVersion(work.book)) : null
  const version = restoredAt ? laterTime(shownVersion, restoredAt) : shownVersion
  const state = { ...fetched, version, remembersTime: sendsSnapshots || restoredAt !== null }
  // One whose time cannot be believed may be any state of the record.
  const mayBeOlder = shownVersion !== fetched.version || isOlderThanEvent(shownVersion, occurredAt)
  const isStale = kind !== 'deleted' && mayBeOlder && !isKnown
  const lookAgainAfter = isStale ? nextLookAfter(work.receivedAt, fetched.askedAt) : null
  if (isClosed(work.book) && compareTimes(version, reachedVersion(work.book)) < 0) {
    // The state before its deletion: nothing may be created of it where the record was not known yet.
    if (lookAgainAfter !== null) return { outcomes: [], lookAgainAfter }
    return leave(ref, work, 'superseded', deps)
  }
  if (kind !== 'deleted' && isBehindUnknown(version, work.book)) {
    const again = nextLookAfter(newestSync(work), fetched.askedAt)
    if (again !== null) return { outcomes: [], lookAgainAfter: again }
    const reached = laterTime<string | null>(version, reachedVersion(work.book)) ?? version
    const asReached = { ...state, version: reached }
    return believed(await upsertCustomer(ref, work, asReached, fetched.mergedIds, deps))
  }
  // Written down with the time of the restoration, an earlier state would pass for the restored one.
  if (restoredAt && lookAgainAfter !== null) return { outcomes: [], lookAgainAfter }
  // What it shows is as good as any earlier state, and waits for nothing: the next look brings the rest.
  const outcomes = await upsertCustomer(ref, work, state, fetched.mergedIds, deps)
  return { outcomes, lookAgainAfter }
}

/**
 * The record shows a time before the one reached, and what a provider holds of it is not known: the answer may be an old one
 * that must not be sent there; or the record was restored and kept its old time, and must not be taken for superseded.
 */
function isBehindUnknown(version: string, book: RecordBook): boolean {
  if (compareTimes(version, reachedVersion(book)) >= 0) return false
  return book.links.some(
    ({ state, fingerprint }) => (state === 'linked' || state === 'creating') && fingerprint === null,
  )
}

/** From when on a replica's answers are to be believed: the webhook's time, or that of a sync since. */
function newestSync({ receivedAt, book }: RecordWork): string {
  return book.links.reduce(
    (newest, { syncedAt }) => laterTime<string | null>(newest, syncedAt) ?? newest,
    receivedAt,
  )
}

async function close(
  ref: RecordRef,
  { change, book }: RecordWork,
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  const at = change.kind === 'deleted' ? (change.occurredAt ?? null) : null
  return [
    { provider: null, outcome: await closeRecord(ref, book, { confirmed: change.saidDeleted, at }, deps) },
  ]
}

function believed(outcomes: readonly ProviderOutcome[]): RecordResult {
  return { outcomes, lookAgainAfter: null }
}
