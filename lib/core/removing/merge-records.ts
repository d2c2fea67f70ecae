import { finalSurvivor } from '../links/find-survivor.ts'
import type { RecordRef } from '../model/change.ts'
import { RetryLater } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import { modes } from '../model/provider.ts'
import { isErased, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { mergeRecord } from './merge-record.ts'

/** The longest time that one record takes when everything is slow; with less time left, the rest waits for the next try. */
const millisForOne = 15_000
/** Records read in parallel. They are merged one after the other, since each changes the survivor. */
const readAtOnce = 10

/**
 * Merges all of these records into `survivor`; those that are merged already are only read. Throws RetryLater (`OUT_OF_TIME`)
 * when the function's time does not suffice for all; the next try continues.
 */
export async function mergeRecords(
  mergedIds: readonly string[],
  survivor: RecordRef,
  deps: SyncDeps,
): Promise<void> {
  if (mergedIds.length === 0) return
  const survivorIsErased = isErased((await finalSurvivor(survivor, deps.links)).book)
  for (let from = 0; from < mergedIds.length; from += readAtOnce) {
    const merged = mergedIds.slice(from, from + readAtOnce).map((recordId) => ({ ...survivor, recordId }))
    const books = await Promise.all(merged.map(async (ref) => toBook(await deps.links.findLinks(ref))))
    for (const [index, ref] of merged.entries()) {
      const book = books[index]
      if (book && isMerged(book, deps) && !survivorIsErased) continue
      if (deps.remainingMillis() < millisForOne) {
        throw new RetryLater(
          'OUT_OF_TIME',
          'the function has too little time left for the rest of this merge',
          { afterSeconds: 1, counts: false },
        )
      }
      await mergeRecord(ref, survivor, deps)
    }
  }
}

/** Nothing is left to do: there is a tombstone for every provider and mode. */
function isMerged({ links }: RecordBook, { knownProviders }: SyncDeps): boolean {
  const isTombstone = ({ state }: Link) => state === 'merged' || state === 'erased'
  return links.length === knownProviders.length * modes.length && links.every(isTombstone)
}
