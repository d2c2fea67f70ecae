import { type RecordRef, recordKey } from '../model/change.ts'
import type { CustomerPlace } from '../model/provider.ts'
import { type RecordBook, toBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { finalSurvivor } from './find-survivor.ts'

type Links = Pick<CustomerLinks, 'findLinks' | 'findReservation' | 'reserveCustomer'>

/** Whether the provider customer may be adopted by this record: no other record has reserved it, or the one that did has let it go. */
export async function isFreeFor(ref: RecordRef, place: CustomerPlace, links: Links): Promise<boolean> {
  const owner = await links.findReservation(place)
  return owner === null || !(await belongsToAnother(owner, ref, place, links))
}

/**
 * Reserves the provider customer for this record, before it is adopted: two records that find the same customer at the same
 * moment cannot both have it. False when another record was first.
 */
export async function reserveFor(ref: RecordRef, place: CustomerPlace, links: Links): Promise<boolean> {
  const owner = await links.findReservation(place)
  if (owner && isSame(owner, ref)) return true
  if (owner && (await belongsToAnother(owner, ref, place, links))) return false
  return links.reserveCustomer(place, ref, owner)
}

/** The owner may never have come to adopt it, may have been merged into this record, or may have another customer by now. */
async function belongsToAnother(
  owner: RecordRef,
  ref: RecordRef,
  place: CustomerPlace,
  links: Links,
): Promise<boolean> {
  if (isSame(owner, ref)) return false
  const heir = await finalSurvivor(owner, links)
  if (isSame(heir.ref, ref)) return false
  return holds(heir.book, place) || holds(toBook(await links.findLinks(owner)), place)
}

/** It has the customer, or is on its way to adopt one. */
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
