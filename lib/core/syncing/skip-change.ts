import type { Link } from '../model/link.ts'
import { awaitsSurvivor, isClosed, isConfirmed, wasConfirmed } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { closeRecord } from '../removing/close-record.ts'
import { completedAs, type RecordResult, type RecordWork } from './record-work.ts'

/** Nothing to do, unless the record is deleted and a merge has given it a customer since: its link is closed, too. */
export async function skipChange(
  { ref, book }: RecordWork,
  outcome: 'superseded' | 'unchanged',
  deps: SyncDeps,
): Promise<RecordResult> {
  const isUnconfirmed = (link: Link) => link.state === 'closed' && !isConfirmed(link) && !awaitsSurvivor(link)
  if (!isClosed(book) || !wasConfirmed(book) || !book.links.some(isUnconfirmed)) return completedAs(outcome)
  return completedAs(await closeRecord(ref, book, { confirmed: true, at: null }, deps))
}
