import type { LinkSlot } from '../links/guarded-save.ts'
import { held, millisUntil } from '../links/in-flight.ts'
import { isFreeFor } from '../links/reservations.ts'
import type { Customer } from '../model/customer.ts'
import { RetryLater, Undecided } from '../model/errors.ts'
import type { Link, LinkClaim } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { FoundCustomer, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { methodFor, searchMethodOf } from './lost-create-method.ts'
import { isSame, recallTerms } from './search-terms.ts'

/**
 * The customer that an earlier try, or a payment, may have created; null when one is to be created now. A create that may still
 * be in flight is looked for, too: once found, it is done. Throws RetryLater while it may be in flight or a search may lag,
 * Undecided when an operator must decide. A failed search is never taken for an empty one.
 */
export async function recheck(
  slot: LinkSlot,
  unfinished: LinkClaim | null,
  customer: Customer,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<ProviderCustomerId | null> {
  if (!needsSearch(unfinished, provider, deps)) return null
  const earlier = await recallTerms(unfinished?.sealedTerms ?? [], deps.sealer)
  const searches = [customer, ...earlier.filter((terms) => !isSame(terms, customer))]
  const hidden = unfinished ? searchAgain(slot.link, provider, deps) : null
  const found = await findOwn(slot, searches, hidden !== null, provider, deps)
  if (!found && hidden) throw hidden
  return found
}

/** Throws Undecided when a create was lost and can be neither repeated nor searched any more. */
function needsSearch(unfinished: LinkClaim | null, provider: PaymentProvider, deps: SyncDeps): boolean {
  if (!unfinished) return provider.abilities.search && deps.policies.firstSight === 'adopt-or-create'
  const method = methodFor(unfinished, provider, deps)
  if (method) return method.by === 'search'
  throw new Undecided(
    'KEY_EXPIRED',
    'a create was lost and its idempotency key has expired: look for the customer at the provider, then attach or forget',
  )
}

/** While our own customer may still appear, no other is taken in its place. */
async function findOwn(
  slot: LinkSlot,
  searches: readonly Customer[],
  mayAppear: boolean,
  provider: PaymentProvider,
  { links }: SyncDeps,
): Promise<ProviderCustomerId | null> {
  const found = new Map<ProviderCustomerId, FoundCustomer>()
  for (const terms of searches) {
    for (const match of await provider.findCustomers(terms, slot.link.ref)) found.set(match.id, match)
  }
  const matches = [...found.values()]
  const ours = matches.filter(({ owner }) => owner === 'this-record')
  const candidates = ours.length > 0 || mayAppear ? ours : matches.filter(({ owner }) => owner === 'unknown')
  const free: ProviderCustomerId[] = []
  for (const { id } of candidates) {
    const owners = await links.findByProviderCustomer(provider.name, provider.mode, id)
    const place = { provider: provider.name, mode: provider.mode, id }
    if (owners.length === 0 && (await isFreeFor(slot.link.ref, place, links))) free.push(id)
  }
  if (free.length > 1) {
    slot.link = { ...slot.link, candidates: free }
    throw new Undecided(
      'SEVERAL_MATCHES',
      'several provider customers match this record: attach the right one',
      free,
    )
  }
  // A merge may have taken it over and not yet have marked this record as merged.
  if (ours.length > 0 && free.length === 0) {
    throw new RetryLater(
      'LINK_CONFLICT',
      'the customer created for this record is now linked to another record',
      { afterSeconds: 5 },
    )
  }
  return free[0] ?? null
}

/**
 * The error to throw when a search that is made now does not find a lost create, because it may still appear; null when it
 * would have appeared, and was not carried out. A search shows a customer `lagSeconds` after its create at the latest.
 */
export function searchAgain({ claim }: Link, provider: PaymentProvider, deps: SyncDeps): RetryLater | null {
  const lagMillis = (searchMethodOf(provider)?.lagSeconds ?? 0) * 1000
  const inFlight = millisUntil(claim?.leaseUntil ?? null, deps)
  if (inFlight > 0) return held(Math.min(inFlight, lagMillis) / 1000)
  const hidden = Date.parse(claim?.leaseUntil ?? '') + lagMillis - deps.clock.now().getTime()
  if (!(hidden > 0)) return null
  return new RetryLater(
    'SEARCH_MAY_LAG',
    'a lost create was not found yet; searching again before creating',
    { afterSeconds: hidden / 1000, counts: false },
  )
}
