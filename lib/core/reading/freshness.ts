import type { CombinedChange } from '../messages/combine-changes.ts'
import type { Snapshot } from '../model/change.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { Link } from '../model/link.ts'
import {
  awaitsSurvivor,
  isErased,
  mergedInto,
  type RecordBook,
  reachedVersion,
} from '../model/record-book.ts'

type Said = CombinedChange<Snapshot>

/**
 * True when the record must be read from the CRM: not when it is erased or merged away for good, and not when a newer
 * complete snapshot came with the change.
 */
export function needsFetch(change: Said, book: RecordBook, canFetch: boolean): boolean {
  if (change.kind === 'erased' || isErased(book) || mergedInto(book) !== null) return false
  return !isOutdated(change, book, canFetch) && !usableSnapshot(change, book, canFetch)
}

/**
 * A deletion or a snapshot that is older than what the links have reached. Where the CRM can be asked, it is asked unless
 * every link has reached as much and knows what its provider holds.
 */
export function isOutdated(
  { kind, occurredAt, snapshot, isWhole }: Said,
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

function hasReached(link: Link, time: string): boolean {
  const { state, fingerprint, crmVersion } = link
  if (state !== 'creating' && state !== 'linked' && !awaitsSurvivor(link)) return true
  return fingerprint !== null && compareTimes(crmVersion, time) >= 0
}

/**
 * The snapshot, if it may stand for the record: newer than anything reached, and than whatever else was said of it. One
 * of the same age is believed only where the CRM cannot be asked.
 */
export function usableSnapshot(
  { snapshot, kind, isWhole }: Said,
  book: RecordBook,
  canFetch: boolean,
): Snapshot | undefined {
  if (!snapshot || kind === 'deleted' || (canFetch && !isWhole)) return undefined
  const order = compareTimes(snapshot.version, reachedVersion(book))
  return order > 0 || (order === 0 && !canFetch) ? snapshot : undefined
}

/** Whether every link has reached what the change tells of already, so that a read that shows less is not to be doubted. */
export function isOldNews({ kind, occurredAt }: Said, book: RecordBook): boolean {
  if (occurredAt === undefined || compareTimes(reachedVersion(book), occurredAt) < 0) return false
  // A restoration may have opened one link and not yet the other.
  const staysClosed = ({ state, crmVersion }: Link) =>
    kind !== 'restored' || state !== 'closed' || compareTimes(crmVersion, occurredAt) >= 0
  return book.links.every((link) => hasReached(link, occurredAt) && staysClosed(link))
}
