import { type RecordRef, refOf } from './change.ts'
import { RetryLater } from './errors.ts'
import type { CustomerLinks } from './ports.ts'
import { mergedInto, type RecordBook, toBook } from './record-book.ts'

/** Longer chains than this are a loop. */
const longestChain = 20

export type Survivor = { readonly ref: RecordRef; readonly book: RecordBook }

/**
 * The record that this one has become, following what is known of later merges, and what the table says of it; itself
 * where it was not merged. Throws RetryLater (`MERGE_LOOP`) when merges point at each other.
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
