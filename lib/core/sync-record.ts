import { type RecordRef, refOf, type Snapshot, toEventId } from './change.ts'
import { closeRecord, eraseAgain, eraseRecord } from './close-record.ts'
import type { CombinedChange } from './combine-changes.ts'
import { compareTimes, laterTime } from './crm-time.ts'
import { finalSurvivor } from './find-survivor.ts'
import { withdrawFingerprint } from './guarded-save.ts'
import type { Link, Outcome } from './link.ts'
import { absorbRecord } from './merge-records.ts'
import type { FetchedCustomer, ProviderName } from './ports.ts'
import { isErased, linkOf, mergedInto, type RecordBook, reachedVersion, toBook } from './record-book.ts'
import { isRetryable } from './retry.ts'
import { routeCustomer } from './route.ts'
import type { SyncDeps } from './sync-deps.ts'
import { type CustomerState, LinkFailed, syncLink } from './sync-link.ts'

export type ProviderOutcome = {
  readonly provider: ProviderName | null
  readonly outcome: Outcome
  readonly providerCustomerId?: string | null
}

/** Everything needed to work on one record: what was said of it, what the table says, and how to read it. */
export type RecordWork = {
  readonly change: CombinedChange<Snapshot>
  readonly book: RecordBook
  /** Somebody has been at it before, and may have got far. */
  readonly isRetry: boolean
  readonly fetch: () => Promise<FetchedCustomer>
}

/**
 * True when the record must be read from the CRM: not when it is erased or merged away for good, and not when a newer
 * complete snapshot came with the change.
 */
export function needsFetch(
  { change, book }: Pick<RecordWork, 'change' | 'book'>,
  canFetch: boolean,
): boolean {
  if (change.kind === 'erased' || isErased(book) || mergedInto(book) !== null) return false
  return !isOutdated(change, book, canFetch) && !usableSnapshot(change, book, canFetch)
}

/**
 * Brings every provider of one record to the CRM's state. Throws after all providers had their turn, so that one that
 * fails does not hold up another.
 */
export async function syncRecord(work: RecordWork, deps: SyncDeps): Promise<readonly ProviderOutcome[]> {
  const ref = refOf(work.change)
  const { kind, mergedIds } = work.change
  const losers = mergedIds.filter((id) => id !== ref.recordId)
  for (const recordId of losers) await absorbRecord({ ...ref, recordId }, ref, deps)
  const book = losers.length > 0 ? toBook(await deps.links.findLinks(ref)) : work.book
  if (kind === 'erased') return [{ provider: null, outcome: await eraseRecord(ref, book, deps) }]
  if (isErased(book)) {
    // An earlier try may have written to a customer that another record's erasure has reached.
    if (work.isRetry) await eraseAgain(book, deps)
    return [{ provider: null, outcome: 'superseded' }]
  }
  const survivorId = mergedInto(book)
  if (survivorId !== null) {
    // A merge that was cut short has left links behind.
    if (book.links.some(({ state }) => state !== 'merged' && state !== 'erased')) {
      await absorbRecord(ref, { ...ref, recordId: survivorId }, deps)
    }
    // An earlier try may have written to the customer after the survivor did.
    if (work.isRetry) for (const link of book.links) await withdrawFingerprint(link, deps.links)
    if (kind !== 'deleted' || work.isRetry) await passOn(ref, work.change, deps)
    return [{ provider: null, outcome: 'superseded' }]
  }
  return bringAbout(ref, { ...work, book }, deps)
}

async function bringAbout(
  ref: RecordRef,
  work: RecordWork,
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  const { change, book } = work
  const source = await deps.source(ref.source)
  if (isOutdated(change, book, source.canFetch)) return [{ provider: null, outcome: 'superseded' }]
  const snapshot = usableSnapshot(change, book, source.canFetch)
  if (snapshot) return upsert(ref, book, { ...snapshot, remembersTime: true }, [], deps)
  const deletedAt = change.kind === 'deleted' ? (change.occurredAt ?? null) : null
  if (change.kind === 'deleted' && !source.canFetch) {
    return close(ref, book, { confirmed: true, at: deletedAt }, deps)
  }
  // The merge itself is written down already; the survivor's data comes with its own next event.
  if (change.kind === 'merged' && !source.canFetch) return [{ provider: null, outcome: 'unchanged' }]
  const fetched = await work.fetch()
  switch (fetched.kind) {
    case 'failed':
      throw fetched.error
    case 'merged':
      await absorbRecord(ref, { ...ref, recordId: fetched.intoId }, deps)
      await passOn(ref, change, deps)
      return [{ provider: null, outcome: 'superseded' }]
    case 'deleted':
      return close(ref, book, { confirmed: change.kind === 'deleted', at: deletedAt }, deps)
    case 'found': {
      // The CRM may still show what it has just told us is deleted; a record changed after that is alive.
      if (deletedAt && compareTimes(fetched.version, deletedAt) <= 0) {
        return close(ref, book, { confirmed: true, at: deletedAt }, deps)
      }
      const restoredAt = change.kind === 'restored' ? (change.occurredAt ?? null) : null
      const version = restoredAt ? laterTime(fetched.version, restoredAt) : fetched.version
      return upsert(
        ref,
        book,
        { ...fetched, version, remembersTime: source.sendsSnapshots || restoredAt !== null },
        fetched.mergedIds,
        deps,
      )
    }
  }
}

/**
 * A deletion or a snapshot that is older than what the links have reached. Where the CRM can be asked, it is asked unless
 * every link has reached as much and knows what its provider holds.
 */
function isOutdated(
  { kind, occurredAt, snapshot, isWhole }: CombinedChange<Snapshot>,
  book: RecordBook,
  canFetch: boolean,
): boolean {
  const reached = reachedVersion(book)
  const at = kind === 'deleted' ? occurredAt : snapshot?.version
  if (at === undefined || reached === null) return false
  if (kind === 'deleted' && book.links.length === 0) return false
  if (compareTimes(at, reached) >= 0) return false
  const isAllTold = isWhole || kind === 'deleted'
  return !canFetch || (isAllTold && book.links.every((link) => hasReached(link, at)))
}

function hasReached({ state, fingerprint, crmVersion }: Link, time: string): boolean {
  if (state !== 'creating' && state !== 'linked') return true
  return fingerprint !== null && compareTimes(crmVersion, time) >= 0
}

/**
 * The snapshot, if it may stand for the record: newer than anything reached, and than whatever else was said of it. One
 * of the same age is believed only where the CRM cannot be asked.
 */
function usableSnapshot(
  { snapshot, kind, isWhole }: CombinedChange<Snapshot>,
  book: RecordBook,
  canFetch: boolean,
): Snapshot | undefined {
  if (!snapshot || kind === 'deleted' || (canFetch && !isWhole)) return undefined
  const order = compareTimes(snapshot.version, reachedVersion(book))
  return order > 0 || (order === 0 && !canFetch) ? snapshot : undefined
}

async function close(
  ref: RecordRef,
  book: RecordBook,
  deleted: { confirmed: boolean; at: string | null },
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  return [{ provider: null, outcome: await closeRecord(ref, book, deleted, deps) }]
}

/** Links that exist are kept up to date wherever the customer moves; the route says where one is created. */
async function upsert(
  ref: RecordRef,
  readBook: RecordBook,
  state: CustomerState,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  // Also when that was begun and cut short: what was taken over has not been written to since.
  const mayInherit = readBook.links.every(({ fingerprint }) => fingerprint === null)
  const book = mayInherit ? await inherit(ref, readBook, mergedIds, deps) : readBook
  const route = routeCustomer(state.customer, ref, deps.routes, deps.phoneCountry)
  const names = new Set<ProviderName>(book.links.flatMap(({ provider }) => provider ?? []))
  if (route) names.add(route)
  const attempts = [...names].map(async (name): Promise<ProviderOutcome | null> => {
    const provider = deps.breaker.watch(await deps.provider(name))
    const link = linkOf(book, ref, provider)
    if (link.revision === 0 && name !== route) return null
    return {
      provider: name,
      outcome: await syncLink(link, state, provider, deps),
    }
  })
  const settled = await Promise.allSettled(attempts)
  const failures = settled.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
  if (failures.length > 0) throw mostUrgent(failures)
  return settled.flatMap((it) => (it.status === 'fulfilled' && it.value ? [it.value] : []))
}

/** A record met for the first time that the CRM says others were merged into takes over what they have. */
async function inherit(
  ref: RecordRef,
  book: RecordBook,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<RecordBook> {
  const losers = mergedIds.filter((id) => id !== ref.recordId)
  if (losers.length === 0) return book
  for (const recordId of losers) await absorbRecord({ ...ref, recordId }, ref, deps)
  return toBook(await deps.links.findLinks(ref))
}

/** What is said of a merged-away record is about the survivor now; it must be read again, where it can be. */
async function passOn(ref: RecordRef, change: CombinedChange<Snapshot>, deps: SyncDeps): Promise<void> {
  if (!(await deps.source(ref.source)).canFetch) return
  const { recordId } = (await finalSurvivor(ref, deps.links)).ref
  if (recordId === ref.recordId) return
  const eventId = toEventId(`${change.eventIds.join('+')}>${recordId}`)
  const receivedAt = deps.clock.now().toISOString()
  await deps.queue.send([{ ...ref, recordId, v: 1, kind: 'changed', eventId, receivedAt }])
}

/** What can be tried again decides; what is final is met again at the next try. */
function mostUrgent(errors: readonly unknown[]): unknown {
  const isUrgent = (error: unknown) => isRetryable(error instanceof LinkFailed ? error.cause : error)
  const chosen = errors.find(isUrgent) ?? errors[0]
  if (!(chosen instanceof LinkFailed)) return chosen
  const held = errors.map((error) => (error instanceof LinkFailed ? error.heldUntil : null)).reduce(laterTime)
  return new LinkFailed(chosen.failure, held, chosen.cause)
}
