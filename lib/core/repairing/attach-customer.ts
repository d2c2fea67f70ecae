import { noted } from '../links/note.ts'
import { isFreeFor } from '../links/reservations.ts'
import { type Link, newLink } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import { closedLine, isClosed, reachedVersion, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { type Attachment, refuseOtherOwner, refuseTaken, taken } from './refuse-attach.ts'
import { conflict, refuseInUse, refuseTombstone } from './refuse-repair.ts'

export type Attached = {
  readonly link: Link
  /** The customer that the record was linked to before. It stays at the provider without a link. */
  readonly leftBehind: ProviderCustomerId | null
}

/**
 * Links the record to an existing provider customer: resolves an undecided or unfinished create, or moves the record to
 * another customer. What the provider holds is unknown, so the next sync sends everything. The link of a record that the CRM
 * deleted stays closed, and its deletion policy is still to be applied. Throws Rejected for a tombstone and for a customer
 * that the provider does not know; without `force` also when the record is linked already, the customer belongs to another
 * record, or a create is in progress. Throws RetryLater when the link is changed at the same time.
 */
export async function attachCustomer(
  attachment: Attachment,
  links: CustomerLinks,
  options: { readonly force?: boolean; readonly now: Date },
): Promise<Attached> {
  const { ref, provider, providerCustomerId: id } = attachment
  const { force = false, now } = options
  const book = toBook(await links.findLinks(ref))
  refuseTombstone(book)
  const place = { provider: provider.name, mode: provider.mode, id }
  const stored = book.links.find((link) => link.provider === place.provider && link.mode === place.mode)
  if (!force) {
    if (stored) refuseInUse(stored, id, now)
    await refuseTaken(ref, place, links)
  }
  await refuseOtherOwner(attachment, book, force)
  const owner = await links.findReservation(place)
  // Of two records that are given the same customer at the same time, only one can have it.
  if (owner && !force && !(await isFreeFor(ref, place, links))) throw taken(id, owner)
  if (!(await links.reserveCustomer(place, ref, owner))) throw conflict()
  const staysClosed = isClosed(book)
  if (staysClosed && !(await links.saveLink(closedLine(book, ref)))) throw conflict()
  const next: Link = {
    ...(stored ?? newLink(ref, place.provider, place.mode)),
    ...(staysClosed && { crmVersion: reachedVersion(book) }),
    state: staysClosed ? 'closed' : 'linked',
    providerCustomerId: id,
    fingerprint: null,
    fieldMarks: null,
    claim: null,
    candidates: [],
    failure: null,
    lastOutcome: staysClosed ? null : 'adopted',
  }
  const saved = await links.saveLink(noted(next, { event: 'attached' }, { clock: { now: () => now } }))
  if (!saved) throw conflict()
  const before = stored?.providerCustomerId ?? null
  return { link: saved, leftBehind: before === id ? null : before }
}
