import type { CombinedChange } from '../messages/combine-changes.ts'
import type { Snapshot } from '../model/change.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { Link } from '../model/link.ts'
import {
  awaitsSurvivor,
  isClosed,
  isErased,
  mergedInto,
  type RecordBook,
  reachedVersion,
} from '../model/record-book.ts'

type Change = CombinedChange<Snapshot>

/** True when the record must be read from the CRM: it is neither erased nor merged away, and no newer snapshot came with the change. */
export function needsFetch(change: Change, book: RecordBook, canFetch: boolean): boolean {
  if (change.kind === 'erased' || change.kind === 'related' || isErased(book) || mergedInto(book) !== null)
    return false
  return !isOutdated(change, book, canFetch) && !usableSnapshot(change, book, canFetch)
}

/**
 * True for a deletion or a snapshot that is older than what the links have reached. Where the record can be read from the
 * CRM, also every link must have reached it, and what each provider holds must be known.
 */
export function isOutdated(
  { kind, occurredAt, snapshot, isWhole }: Change,
  book: RecordBook,
  canFetch: boolean,
): boolean {
  const reached = reachedVersion(book)
  const at = kind === 'deleted' ? occurredAt : snapshot?.version
  if (at === undefined || reached === null) return false
  if (kind === 'deleted' && book.links.length === 0) return false
  if (compareTimes(at, reached) >= 0) return false
  const isComplete = isWhole || kind === 'deleted'
  return !canFetch || (isComplete && book.links.every((link) => hasReached(link, at)))
}

function hasReached(link: Link, time: string): boolean {
  const { state, fingerprint, crmVersion } = link
  if (state !== 'creating' && state !== 'linked' && !awaitsSurvivor(link)) return true
  return fingerprint !== null && compareTimes(crmVersion, time) >= 0
}

/** Whether a customer holds a state of the record from after this deletion: it has been restored since. */
export function wasAliveAfter(deletedAt: string | undefined, { links }: RecordBook): boolean {
  return (
    deletedAt !== undefined &&
    links.some(
      ({ state, fingerprint, crmVersion }) =>
        state === 'linked' && fingerprint !== null && compareTimes(crmVersion, deletedAt) > 0,
    )
  )
}

/**
 * An event from after the deletion says that the record changed, and its own time does not show that: it was restored without
 * getting a new time, or within the second that its time is rounded to.
 */
export function changedWhileClosed({ kind, occurredAt }: Change, shown: string, book: RecordBook): boolean {
  return (
    kind === 'changed' &&
    isClosed(book) &&
    occurredAt !== undefined &&
    compareTimes(occurredAt, reachedVersion(book)) > 0 &&
    compareTimes(shown, reachedVersion(book)) < 0
  )
}

/**
 * The snapshot, if it can replace a read: it is newer than what the links have reached and than every other event. One of the
 * same age is used only where the record cannot be read from the CRM.
 */
export function usableSnapshot(
  { snapshot, kind, isWhole }: Change,
  book: RecordBook,
  canFetch: boolean,
): Snapshot | undefined {
  if (!snapshot || kind === 'deleted' || (canFetch && !isWhole)) return undefined
  const order = compareTimes(snapshot.version, reachedVersion(book))
  return order > 0 || (order === 0 && !canFetch) ? snapshot : undefined
}

/** Whether every link has reached the change already, so that a read that returns an older state is not repeated. */
export function isAlreadyReached({ kind, occurredAt }: Change, book: RecordBook): boolean {
  if (occurredAt === undefined || compareTimes(reachedVersion(book), occurredAt) < 0) return false
  // An interrupted restoration may have opened one link and not the other.
  const staysClosed = ({ state, crmVersion }: Link) =>
    kind !== 'restored' || state !== 'closed' || compareTimes(crmVersion, occurredAt) >= 0
  return book.links.every((link) => hasReached(link, occurredAt) && staysClosed(link))
}
