import { createHash } from 'node:crypto'
import { advance, type LinkSlot } from '../links/guarded-save.ts'
import { settledAt } from '../links/refuse-held.ts'
import { reserveFor } from '../links/reservations.ts'
import { recordKey } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import { RetryLater, SyncError, Undecided } from '../model/errors.ts'
import type { Link, LinkClaim } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { Payload, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { isLastLook, recheck } from './recheck-create.ts'
import { rememberTerms } from './search-terms.ts'

export type Settled = {
  readonly id: ProviderCustomerId
  readonly how: 'created' | 'adopted'
  /** The provider holds the payload already; otherwise it must follow as an update. */
  readonly complete: boolean
}

/**
 * Finds or makes the one provider customer of this link. The intent is saved before the provider is asked; a worker that
 * meets an unfinished claim rechecks before it creates. Throws Undecided when only a person can tell, RetryLater while
 * somebody else's claim is alive or a search may still lag.
 */
export async function settleCustomer(
  slot: LinkSlot,
  customer: Customer,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Settled> {
  const unfinished = slot.link.claim
  const claim = await takeClaim(slot, unfinished, customer, provider, deps)
  const found = await recheck(slot, unfinished, customer, provider, deps)
  if (found) {
    await reserve(found, slot.link, provider, deps)
    return { id: found, how: 'adopted', complete: false }
  }
  if (unfinished) await rememberThisCreate(slot, customer, provider, deps)
  try {
    const { idempotencyKey } = claim
    const { id, complete } = await provider.createCustomer({ ref: slot.link.ref, idempotencyKey }, payload)
    // A provider that honours the key may have answered with what an earlier try has made, of older data.
    return { id, how: 'created', complete: complete && !unfinished }
  } catch (error) {
    // Proof that this call came to nothing is no proof about an earlier one with the same key.
    const earlierUnsettled = unfinished !== null && provider.abilities.idempotencyHours !== null
    if (provesNothingCreated(error) && !earlierUnsettled) slot.link = { ...slot.link, claim: null }
    throw error
  }
}

async function reserve(
  id: ProviderCustomerId,
  { ref }: Link,
  { name, mode }: PaymentProvider,
  { links }: SyncDeps,
): Promise<void> {
  if (await reserveFor(ref, { provider: name, mode, id }, links)) return
  throw new RetryLater(
    'LINK_CONFLICT',
    'another record has adopted the customer that was found: looking again',
    {
      afterSeconds: 1,
      counts: false,
    },
  )
}

async function takeClaim(
  slot: LinkSlot,
  unfinished: LinkClaim | null,
  customer: Customer,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<LinkClaim> {
  const now = deps.clock.now().toISOString()
  const earlier = unfinished?.sealedTerms ?? []
  const claim: LinkClaim = {
    idempotencyKey: unfinished?.idempotencyKey ?? newIdempotencyKey(slot.link, provider, deps),
    // A repeated key is as old as its first use.
    claimedAt: unfinished?.claimedAt ?? now,
    leaseUntil: settledAt(deps),
    // The looks belong to the create that was lost; the one that may follow now has had none.
    emptyLooks: isLastLook(unfinished) ? 0 : (unfinished?.emptyLooks ?? 0),
    // Those of the create that may follow are added then: this try may end before it.
    sealedTerms:
      unfinished || !provider.abilities.search
        ? earlier
        : await rememberTerms(customer, [], now, deps.sealer),
  }
  await advance(slot, { ...slot.link, state: 'creating', claim }, deps.links)
  return claim
}

async function rememberThisCreate(
  slot: LinkSlot,
  customer: Customer,
  provider: PaymentProvider,
  { clock, links, sealer }: SyncDeps,
): Promise<void> {
  const { claim } = slot.link
  if (!claim || !provider.abilities.search) return
  const sealedTerms = await rememberTerms(customer, claim.sealedTerms, clock.now().toISOString(), sealer)
  if (sealedTerms === claim.sealedTerms) return
  await advance(slot, { ...slot.link, claim: { ...claim, sealedTerms } }, links)
}

/** Undecided proves the opposite, if anything: a customer is there, but which one it is only a person can say. */
function provesNothingCreated(error: unknown): boolean {
  if (error instanceof RetryLater) return !error.ambiguous
  return error instanceof SyncError && !(error instanceof Undecided)
}

/**
 * Kept in the claim for every try of one create. Never the same again: once a create is known to have come to nothing,
 * or its link was forgotten, the next one must not be answered with what the last one made.
 */
function newIdempotencyKey(link: Link, { name, mode }: PaymentProvider, { clock, random }: SyncDeps): string {
  const identity = createHash('sha256').update(recordKey(link.ref)).digest('base64url')
  const nonce = `${clock.now().getTime().toString(36)}${random().toString(36).slice(2)}`
  return `create:${name}:${mode}:${identity}:${nonce}`
}
