import type { RecordRef } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import { lineOf, type RecordBook, reachedVersion, wasConfirmed } from '../model/record-book.ts'

/** The own line of a deleted record, which keeps the time of the deletion when its links change. */
export function closedLine(book: RecordBook, ref: RecordRef): Link {
  const line = lineOf(book, ref)
  const lastOutcome = wasConfirmed(book) ? 'closed' : null
  return { ...line, state: 'closed', crmVersion: reachedVersion(book), lastOutcome, failure: null }
}
