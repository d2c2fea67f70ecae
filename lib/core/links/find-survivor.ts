import { type RecordRef, refOf } from '../model/change.ts'
import { RetryLater } from '../model/errors.ts'
import { mergedInto, type RecordBook, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'

/** A longer chain of merges is taken for a loop. */
const longestChain = 20

export type Survivor = { readonly ref: RecordRef; readonly book: RecordBook }

/**
 * The record that this one has become after all merges, with its links; the record itself when it was not merged. Throws
 * RetryLater (`MERGE_LOOP`) when merges point at each other.
 */
export async function finalSurvivor(
  start: RecordRef,
  links: Pick<CustomerLinks, 'findLinks'>,
): Promise<Survivor> {
  let ref = refOf(start)
  for (let step = 0; step < longestChain; step += 1) {
    const book = toBook(await links.findLinks(ref))
    const next = mergedInto(book)
    if (next === null || next === start.recordId) return { ref, book }
    ref = { ...ref, recordId: next }
  }
  throw new RetryLater('MERGE_LOOP', 'these merges point at each other', {})
}

/**
 * The records that this one was merged into, nearest first, including those that have been erased since. `known` holds the
 * links of `start`, which are not read again.
 */
export async function survivorsOf(
  start: RecordRef,
  known: RecordBook,
  links: Pick<CustomerLinks, 'findLinks'>,
): Promise<readonly Survivor[]> {
  const found: Survivor[] = []
  let book = known
  const seen = new Set([start.recordId])
  for (;;) {
    const next = [...(book.line ? [book.line] : []), ...book.links].find(
      (it) => it.mergedInto !== null,
    )?.mergedInto
    if (!next || seen.has(next)) return found
    seen.add(next)
    const ref = { ...refOf(start), recordId: next }
    book = toBook(await links.findLinks(ref))
    found.push({ ref, book })
  }
}
