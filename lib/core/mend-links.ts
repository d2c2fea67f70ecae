import { type CustomerChange, type RecordRef, recordKey } from './change.ts'
import { Rejected, RetryLater } from './errors.ts'
import { type Link, newLink } from './link.ts'
import type { Clock, CustomerLinks, Mode, ProviderCustomerId, ProviderName } from './ports.ts'
import {
  isClosed,
  isErased,
  lineOf,
  mergedInto,
  type RecordBook,
  reachedVersion,
  toBook,
} from './record-book.ts'

/** The table as a person mends it. */
export type MendableLinks = CustomerLinks & {
  /** Removes the link if the stored one still has its revision; false when somebody changed it meanwhile. */
  deleteLink(link: Link): Promise<boolean>
}

export type Attachment = {
  readonly ref: RecordRef
  readonly provider: ProviderName
  readonly mode: Mode
  readonly providerCustomerId: ProviderCustomerId
}

/**
 * Ties the record to a provider customer that exists already: ends an undecided or unfinished create, or moves the
 * record to another customer. What the provider holds is not known, so the next sync sends everything. Throws Rejected
 * for a tombstone; and, unless `force` says so, when the customer belongs to another record or a create is under way.
 */
export async function attachCustomer(
  { ref, provider, mode, providerCustomerId }: Attachment,
  links: CustomerLinks,
  options: { readonly force?: boolean; readonly now: Date },
): Promise<Link> {
  const book = toBook(await links.findLinks(ref))
  if (isErased(book)) {
    throw new Rejected(
      'LINK_ERASED',
      'this record was erased for privacy: it must not be tied to a customer again',
    )
  }
  const survivor = mergedInto(book)
  if (survivor !== null) {
    throw new Rejected(
      'LINK_MERGED',
      `this record was merged into ${survivor}: attach the customer to that one`,
    )
  }
  const stored = book.links.find((link) => link.provider === provider && link.mode === mode)
  if (!options.force) {
    if (stored) refuseClaimed(stored, options.now)
    await refuseTaken(ref, { provider, mode, providerCustomerId }, links)
  }
  const saved = await links.saveLink({
    ...(stored ?? newLink(ref, provider, mode)),
    state: 'linked',
    providerCustomerId,
    fingerprint: null,
    claim: null,
    candidates: [],
    failure: null,
    lastOutcome: 'adopted',
  })
  return saved ?? conflict()
}

/** The pointer that makes a record sync now; `id` makes it unlike any other. */
export function changedByHand(ref: RecordRef, id: string, clock: Clock): CustomerChange {
  return {
    ...ref,
    v: 1,
    kind: 'changed',
    eventId: `by-hand:${id}`,
    receivedAt: clock.now().toISOString(),
  }
}

/**
 * Removes ties: the provider's alone, or all of the record and its own line. The provider customers stay as they are,
 * and the record's next change creates anew; of a record that the CRM deleted a line stays that says so, lest an older event
 * create it. Throws Rejected, having removed nothing, for what only `force` may forget: tombstones, which keep late events from
 * bringing a customer back, and a create that is under way.
 */
export async function forgetLinks(
  ref: RecordRef,
  links: MendableLinks,
  options: {
    readonly provider?: ProviderName
    readonly force?: boolean
    readonly now: Date
  },
): Promise<readonly Link[]> {
  const found = await links.findLinks(ref)
  const chosen = found.filter(({ provider }) => !options.provider || provider === options.provider)
  if (!options.force) for (const link of chosen) refusePrecious(link, options.now)
  const book = toBook(found)
  const staysClosed = !options.force && isClosed(book)
  const forgotten = staysClosed ? chosen.filter(({ provider }) => provider !== null) : chosen
  if (chosen.length > 0 && forgotten.length === 0) throw tombstone('deleted')
  if (staysClosed && !(await links.saveLink(closedLine(book, ref)))) conflict()
  for (const link of forgotten) if (!(await links.deleteLink(link))) conflict()
  return forgotten
}

function closedLine(book: RecordBook, ref: RecordRef): Link {
  const line = lineOf(book, ref)
  return { ...line, state: 'closed', crmVersion: reachedVersion(book), lastOutcome: 'closed', failure: null }
}

function refusePrecious(link: Link, now: Date): void {
  const { state } = link
  if (state === 'erased' || state === 'merged') throw tombstone(state)
  refuseClaimed(link, now)
}

function tombstone(was: 'erased' | 'merged' | 'deleted'): Rejected {
  return new Rejected(
    'LINK_TOMBSTONE',
    `this record is ${was}: forgotten, a late event could create its customer again; add --force if that is wanted`,
  )
}

function refuseClaimed({ claim }: Link, now: Date): void {
  if (claim && Date.parse(claim.leaseUntil) > now.getTime()) {
    throw new Rejected(
      'LINK_CLAIMED',
      `a create is under way until ${claim.leaseUntil}: wait for it, or add --force`,
    )
  }
}

async function refuseTaken(
  ref: RecordRef,
  { provider, mode, providerCustomerId }: Omit<Attachment, 'ref'>,
  links: CustomerLinks,
): Promise<void> {
  const owners = await links.findByProviderCustomer(provider, mode, providerCustomerId)
  const other = owners.find(
    (link) => recordKey(link.ref) !== recordKey(ref) && link.mergedInto !== ref.recordId,
  )
  if (!other) return
  throw new Rejected(
    'CUSTOMER_TAKEN',
    `${providerCustomerId} belongs to ${other.ref.source} ${other.ref.recordType} ${other.ref.recordId} already; add --force if both are meant`,
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
