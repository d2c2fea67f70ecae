import { type RecordRef, recordKey } from '../model/change.ts'
import type { CustomerPlace } from '../model/provider.ts'
import { type RecordBook, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { finalSurvivor } from './find-survivor.ts'

type Links = Pick<CustomerLinks, 'findLinks' | 'findReservation' | 'reserveCustomer'>

/** Whether this record may adopt the provider customer: no other record has reserved it, or that record no longer uses it. */
export async function isFreeFor(ref: RecordRef, place: CustomerPlace, links: Links): Promise<boolean> {
  const owner = await links.findReservation(place)
  return owner === null || !(await belongsToAnother(owner, ref, place, links))
}

/**
 * Reserves the provider customer before it is adopted, so that two records that find it at the same time cannot both have it.
 * False when another record was first.
 */
export async function reserveFor(ref: RecordRef, place: CustomerPlace, links: Links): Promise<boolean> {
  const owner = await links.findReservation(place)
  if (owner && isSame(owner, ref)) return true
  if (owner && (await belongsToAnother(owner, ref, place, links))) return false
  return links.reserveCustomer(place, ref, owner)
}

/** The owner may never have adopted it, may have been merged into this record, or may have another customer by now. */
async function belongsToAnother(
  owner: RecordRef,
  ref: RecordRef,
  place: CustomerPlace,
  links: Links,
): Promise<boolean> {
  if (isSame(owner, ref)) return false
  const survivor = await finalSurvivor(owner, links)
  if (isSame(survivor.ref, ref)) return false
  return holds(survivor.book, place) || holds(toBook(await links.findLinks(owner)), place)
}

/** The record has the customer, or may be about to adopt it. */
function holds({ links }: RecordBook, { provider, mode, id }: CustomerPlace): boolean {
  return links.some(
    (link) =>
      link.provider === provider &&
      link.mode === mode &&
      (link.providerCustomerId === id || (link.providerCustomerId === null && link.claim !== null)),
  )
}

function isSame(a: RecordRef, b: RecordRef): boolean {
  return recordKey(a) === recordKey(b)
}
