import { isFreeFor } from '../links/reservations.ts'
import { type CustomerChange, type RecordRef, recordKey } from '../model/change.ts'
import { Rejected, RetryLater } from '../model/errors.ts'
import { type Link, newLink } from '../model/link.ts'
import type { CustomerPlace, Mode, ProviderCustomerId, ProviderName } from '../model/provider.ts'
import {
  isClosed,
  isErased,
  lineOf,
  mergedInto,
  type RecordBook,
  reachedVersion,
  toBook,
  wasConfirmed,
} from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { Clock } from '../ports/observers.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'

/** The table as an operator repairs it. */
export type RepairableLinks = CustomerLinks & {
  /** Removes the link if the stored one still has its revision; false when somebody changed it meanwhile. */
  deleteLink(link: Link): Promise<boolean>
}

export type Attachment = {
  readonly ref: RecordRef
  /** Of the mode that the customer is in; it is asked for the customer first. */
  readonly provider: Pick<PaymentProvider, 'name' | 'mode' | 'retrieveCustomer' | 'ownerOf'>
  readonly providerCustomerId: ProviderCustomerId
}

export type Attached = {
  readonly link: Link
  /** The customer that the record was linked to before; it stays at the provider, tied to nobody. */
  readonly leftBehind: ProviderCustomerId | null
}

/**
 * Ties the record to a provider customer that exists already: ends an undecided or unfinished create, or moves the
 * record to another customer. What the provider holds is not known, so the next sync sends everything. The link of a record
 * that the CRM deleted stays closed, and its policy for deletions is still to be followed. Throws Rejected
 * for a tombstone and for a customer that the provider does not know; and, unless `force` says so, when the record is linked
 * already, when the customer belongs to another record or a create is under way.
 */
export async function attachCustomer(
  { ref, provider, providerCustomerId: id }: Attachment,
  links: CustomerLinks,
  options: { readonly force?: boolean; readonly now: Date },
): Promise<Attached> {
  const book = toBook(await links.findLinks(ref))
  refuseTombstones(book)
  const place = { provider: provider.name, mode: provider.mode, id }
  const stored = book.links.find((link) => link.provider === place.provider && link.mode === place.mode)
  if (!options.force) {
    if (stored) refuseInUse(stored, id, options.now)
    await refuseTaken(ref, place, links)
  }
  await refuseStranger({ ref, provider, providerCustomerId: id }, book, options.force === true)
  const owner = await links.findReservation(place)
  // Two records that are given the same customer at once cannot both have it.
  if (owner && !options.force && !(await isFreeFor(ref, place, links))) throw taken(id, owner)
  if (!(await links.reserveCustomer(place, ref, owner))) conflict()
  const staysClosed = isClosed(book)
  if (staysClosed && !(await links.saveLink(closedLine(book, ref)))) conflict()
  const saved = await links.saveLink({
    ...(stored ?? newLink(ref, place.provider, place.mode)),
    ...(staysClosed && { crmVersion: reachedVersion(book) }),
    state: staysClosed ? 'closed' : 'linked',
    providerCustomerId: id,
    fingerprint: null,
    claim: null,
    candidates: [],
    failure: null,
    lastOutcome: staysClosed ? null : 'adopted',
  })
  const before = stored?.providerCustomerId ?? null
  return { link: saved ?? conflict(), leftBehind: before === id ? null : before }
}

/**
 * What makes the record of this link sync now; `id` makes the change unlike any other. Null where nothing can be done before
 * the CRM tells of the record again: it cannot be asked, and is not known to have deleted it.
 */
export function changedByHand(
  link: Link,
  id: string,
  canFetch: boolean,
  clock: Clock,
): CustomerChange | null {
  const change = {
    ...link.ref,
    v: 1,
    eventId: `by-hand:${id}`,
    receivedAt: clock.now().toISOString(),
  } as const
  if (canFetch) return { ...change, kind: 'changed' }
  // Dated like the deletion that is known, so that it says nothing against a restoration that comes before it.
  const isDeleted = link.state === 'closed' && link.crmVersion !== null
  return isDeleted ? { ...change, kind: 'deleted', occurredAt: link.crmVersion } : null
}

/**
 * Removes ties: the provider's alone, that of one mode, or all of the record and its own line. The provider customers stay as
 * they are, and the record's next change creates a new one; of a record that the CRM deleted, a line stays that says so, so that an
 * older event does not create it. Throws Rejected, having removed nothing, for what only `force` may forget: a link in use, a tombstone,
 * which keeps late events from bringing a customer back, and a create that is under way.
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
  if (staysClosed && !(await links.saveLink(closedLine(book, ref)))) conflict()
  for (const link of forgotten) if (!(await links.deleteLink(link))) conflict()
  return forgotten
}

function closedLine(book: RecordBook, ref: RecordRef): Link {
  const line = lineOf(book, ref)
  const lastOutcome = wasConfirmed(book) ? 'closed' : null
  return { ...line, state: 'closed', crmVersion: reachedVersion(book), lastOutcome, failure: null }
}

function refuseTombstones(book: RecordBook): void {
  if (isErased(book)) {
    throw new Rejected(
      'LINK_ERASED',
      'this record was erased for privacy: it must not be linked to a customer again',
    )
  }
  const survivor = mergedInto(book)
  if (survivor !== null) {
    throw new Rejected(
      'LINK_MERGED',
      `this record was merged into ${survivor}: attach the customer to that one`,
    )
  }
}

function refusePrecious(link: Link, now: Date): void {
  if (link.state === 'erased' || link.state === 'merged') throw tombstone(link.state)
  refuseInUse(link, null, now)
}

/** A link that works, or a create that is under way; not when it is to be tied to the customer that it has. */
function refuseInUse(
  { state, provider, providerCustomerId, claim }: Link,
  id: string | null,
  now: Date,
): void {
  if (state === 'linked' && providerCustomerId !== null && providerCustomerId !== id) {
    throw new Rejected(
      'LINK_IN_USE',
      `this record is linked to ${providerCustomerId} at ${provider}: without that link its next change would be sent to another customer, and both would stay; add --force to do it anyway`,
    )
  }
  if (claim && Date.parse(claim.leaseUntil) > now.getTime()) {
    throw new Rejected(
      'LINK_CLAIMED',
      `a create is under way until ${claim.leaseUntil}: wait for it, or add --force`,
    )
  }
}

function tombstone(was: 'erased' | 'merged' | 'deleted'): Rejected {
  return new Rejected(
    'LINK_TOMBSTONE',
    `this record is ${was}: without this line, a late event could create its customer again; add --force to do it anyway`,
  )
}

async function refuseTaken(
  ref: RecordRef,
  { provider, mode, id }: CustomerPlace,
  links: CustomerLinks,
): Promise<void> {
  const owners = await links.findByProviderCustomer(provider, mode, id)
  const other = owners.find(
    (link) => recordKey(link.ref) !== recordKey(ref) && link.mergedInto !== ref.recordId,
  )
  if (other) throw taken(id, other.ref)
}

function taken(id: ProviderCustomerId, { source, recordType, recordId }: RecordRef): Rejected {
  return new Rejected(
    'CUSTOMER_TAKEN',
    `${id} belongs to ${source} ${recordType} ${recordId} already; add --force to link both records to it`,
  )
}

/** The provider must know the customer, and it must not have been made for somebody else. */
async function refuseStranger(
  { ref, provider, providerCustomerId: id }: Attachment,
  book: RecordBook,
  force: boolean,
): Promise<void> {
  const customer = await provider.retrieveCustomer(id)
  if (!customer) {
    throw new Rejected('CUSTOMER_UNKNOWN', `${provider.name} has no customer ${id} in ${provider.mode} mode`)
  }
  const own = [ref.recordId, ...book.links.flatMap(({ absorbed }) => absorbed)]
  const isOwn = own.some((recordId) => provider.ownerOf(customer, { ...ref, recordId }) !== 'another-record')
  if (isOwn || force) return
  throw new Rejected(
    'CUSTOMER_OF_ANOTHER',
    `the metadata of ${id} at ${provider.name} names another record; add --force to link it anyway`,
  )
}

function conflict(): never {
  throw new RetryLater(
    'LINK_CONFLICT',
    'the link was changed at the same time: look at it again, then repeat',
    {
      counts: false,
    },
  )
}
