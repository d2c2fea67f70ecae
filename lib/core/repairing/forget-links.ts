import { noted } from '../links/note.ts'
import type { RecordRef } from '../model/change.ts'
import { isBareLine, type Link, newLink } from '../model/link.ts'
import { mergeHistories } from '../model/link-history.ts'
import type { Mode, ProviderName } from '../model/provider.ts'
import { closedLine, isClosed, lineOf, type RecordBook, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { conflict, refuseInUse, tombstone } from './refuse-repair.ts'

/** The table, with the one operation that only operators use. */
export type RepairableLinks = CustomerLinks & {
  /** Removes the link if the stored one still has its revision; false when it was changed meanwhile. */
  deleteLink(link: Link): Promise<boolean>
}

/**
 * Removes links: those of one provider or mode, or all of the record and what its own line says. The line keeps their history. The provider customers stay, and the
 * record's next change creates a new one. Of a record that the CRM deleted, a closed line stays, so that an older event does
 * not create it again. Without `force` this throws Rejected, having removed nothing, for a link in use, a tombstone, and a
 * create that is in progress. Throws RetryLater when a link is changed at the same time.
 */
export async function forgetLinks(
  ref: RecordRef,
  links: RepairableLinks,
  options: {
    readonly provider?: ProviderName
    readonly mode?: Mode
    readonly force?: boolean
    readonly now: Date
  },
): Promise<readonly Link[]> {
  const found = await links.findLinks(ref)
  const { provider, mode } = options
  const chosen = found.filter(
    (link) =>
      (!provider || link.provider === provider) &&
      (!mode || (link.provider && link.mode === mode)) &&
      !isBareLine(link),
  )
  if (!options.force) for (const link of chosen) refusePrecious(link, options.now)
  const book = toBook(found)
  const isWhole = !provider && !mode
  const staysClosed = isClosed(book) && !(options.force && isWhole)
  const forgotten = staysClosed ? chosen.filter((link) => link.provider !== null) : chosen
  if (chosen.length > 0 && forgotten.length === 0) throw tombstone('deleted')
  if (forgotten.length === 0) return []
  const line = staysClosed ? closedLine(book, ref) : lineAfter(book, ref, isWhole)
  if (!(await links.saveLink(withHistory(line, forgotten, options.now)))) throw conflict()
  for (const link of forgotten) if (link.provider && !(await links.deleteLink(link))) throw conflict()
  return forgotten
}

/** The record's own line is kept, for its history. */
function lineAfter(book: RecordBook, ref: RecordRef, isForgotten: boolean): Link {
  const line = lineOf(book, ref)
  return isForgotten ? { ...newLink(ref, null, line.mode), revision: line.revision } : line
}

/** The line keeps the history of the links that are removed. */
function withHistory(line: Link, forgotten: readonly Link[], now: Date): Link {
  const history = mergeHistories([line.history, ...forgotten.map((link) => link.history)])
  return noted({ ...line, history }, { event: 'forgotten' }, { clock: { now: () => now } })
}

function refusePrecious(link: Link, now: Date): void {
  if (link.state === 'erased' || link.state === 'merged') throw tombstone(link.state)
  refuseInUse(link, null, now)
}
