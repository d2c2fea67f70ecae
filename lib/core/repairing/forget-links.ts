import type { RecordRef } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { Mode, ProviderName } from '../model/provider.ts'
import { isClosed, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { closedLine } from './closed-line.ts'
import { conflict, refuseInUse, tombstone } from './refuse-repair.ts'

/** The table, with the one operation that only operators use. */
export type RepairableLinks = CustomerLinks & {
  /** Removes the link if the stored one still has its revision; false when it was changed meanwhile. */
  deleteLink(link: Link): Promise<boolean>
}

/**
 * Removes links: those of one provider or mode, or all of the record and its own line. The provider customers stay, and the
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
    (link) => (!provider || link.provider === provider) && (!mode || (link.provider && link.mode === mode)),
  )
  if (!options.force) for (const link of chosen) refusePrecious(link, options.now)
  const book = toBook(found)
  const isWhole = !provider && !mode
  const staysClosed = isClosed(book) && !(options.force && isWhole)
  const forgotten = staysClosed ? chosen.filter((link) => link.provider !== null) : chosen
  if (chosen.length > 0 && forgotten.length === 0) throw tombstone('deleted')
  if (staysClosed && !(await links.saveLink(closedLine(book, ref)))) throw conflict()
  for (const link of forgotten) if (!(await links.deleteLink(link))) throw conflict()
  return forgotten
}

function refusePrecious(link: Link, now: Date): void {
  if (link.state === 'erased' || link.state === 'merged') throw tombstone(link.state)
  refuseInUse(link, null, now)
}
