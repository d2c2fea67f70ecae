import { type RecordRef, refOf } from './change.ts'
import { RetryLater } from './errors.ts'
import type { CustomerLinks } from './ports.ts'
import { mergedInto, toBook } from './record-book.ts'

/** Longer chains than this are a loop. */
const longestChain = 20

/** The record that this one has become, following what is known of later merges; itself where it was not merged. */
export async function finalSurvivor(ref: RecordRef, links: CustomerLinks): Promise<RecordRef> {
  let survivor = refOf(ref)
  for (let step = 0; step < longestChain; step += 1) {
    const next = mergedInto(toBook(await links.findLinks(survivor)))
    if (next === null || next === ref.recordId) return survivor
    survivor = { ...survivor, recordId: next }
  }
  throw new RetryLater('MERGE_LOOP', 'these merges point at each other', {})
}
