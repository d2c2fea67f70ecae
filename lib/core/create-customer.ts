import { createHash } from 'node:crypto'
import { recordKey } from './change.ts'
import type { Customer } from './customer.ts'
import { RetryLater, SyncError, Undecided } from './errors.ts'
import { advance, type LinkSlot } from './guarded-save.ts'
import type { Link, LinkClaim } from './link.ts'
import type { Payload, PaymentProvider, ProviderCustomerId } from './ports.ts'
import type { SyncDeps } from './sync-deps.ts'

/** Searches that must come back empty before a lost create is believed not to have happened. */
const emptyLooksNeeded = 2
const secondsBetweenLooks = 15

export type Settled = {
  readonly id: ProviderCustomerId
  readonly how: 'created' | 'adopted'
  /** The provider holds the payload already; otherwise it must follow as an update. */
  readonly complete: boolean
}

/**
 * Finds or makes the one provider customer of this link. The intent is saved before the provider is asked; whoever
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
  refuseHeldClaim(unfinished, deps)
  const claim = await takeClaim(slot, unfinished, provider, deps)
  const found = await recheck(slot, unfinished, customer, provider, deps)
  if (found) return { id: found, how: 'adopted', complete: false }
  try {
    const { idempotencyKey } = claim
    const { id, complete } = await provider.createCustomer({ ref: slot.link.ref, idempotencyKey }, payload)
    return { id, how: 'created', complete }
  } catch (error) {
    // Proof that this call came to nothing is no proof about an earlier one with the same key.
    const earlierUnsettled = unfinished !== null && provider.abilities.idempotencyHours !== null
    if (provesNothingCreated(error) && !earlierUnsettled) slot.link = giveBack(slot.link)
    throw error
  }
}

function refuseHeldClaim(claim: LinkClaim | null, { clock }: SyncDeps): void {
  const remaining = claim ? Date.parse(claim.leaseUntil) - clock.now().getTime() : 0
  if (remaining > 0) {
    throw new RetryLater('CLAIM_HELD', 'an unfinished create still belongs to whoever began it', {
      afterSeconds: remaining / 1000,
      counts: false,
    })
  }
}

async function takeClaim(
  slot: LinkSlot,
  unfinished: LinkClaim | null,
  provider: PaymentProvider,
  { clock, claimLeaseSeconds, links }: SyncDeps,
): Promise<LinkClaim> {
  const now = clock.now()
  const claim: LinkClaim = {
    idempotencyKey: unfinished?.idempotencyKey ?? idempotencyKey(slot.link, provider),
    // A repeated key is as old as its first use, whoever repeats it.
    claimedAt: unfinished?.claimedAt ?? now.toISOString(),
    leaseUntil: new Date(now.getTime() + claimLeaseSeconds * 1000).toISOString(),
    // The looks belong to the create that was lost; the one that may follow now has had none.
    emptyLooks: isLastLook(unfinished) ? 0 : (unfinished?.emptyLooks ?? 0),
  }
  await advance(slot, { ...slot.link, state: 'creating', claim }, links)
  return claim
}

/** The customer that an earlier try, or a payment, may have made; null when one is to be created now. */
async function recheck(
  slot: LinkSlot,
  unfinished: LinkClaim | null,
  customer: Customer,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<ProviderCustomerId | null> {
  const { search, idempotencyHours } = provider.abilities
  if (unfinished && idempotencyHours !== null) refuseOldKey(unfinished, idempotencyHours, deps)
  const wanted = unfinished ? idempotencyHours === null : deps.policies.firstSight === 'adopt-or-create'
  if (!search || !wanted) return null
  const found = await findOwn(slot, customer, provider, deps)
  if (!found && unfinished && !isLastLook(unfinished)) await lookAgainLater(slot, unfinished, deps)
  return found
}

async function findOwn(
  slot: LinkSlot,
  customer: Customer,
  provider: PaymentProvider,
  { links }: SyncDeps,
): Promise<ProviderCustomerId | null> {
  const found = await provider.findCustomers(customer, slot.link.ref)
  const ours = found.filter(({ owner }) => owner === 'this-record')
  const candidates = ours.length > 0 ? ours : found.filter(({ owner }) => owner === 'unknown')
  const free: ProviderCustomerId[] = []
  for (const { id } of candidates) {
    const owners = await links.findByProviderCustomer(provider.name, provider.mode, id)
    if (owners.length === 0) free.push(id)
  }
  if (free.length > 1) {
    slot.link = { ...slot.link, candidates: free }
    throw new Undecided(
      'SEVERAL_MATCHES',
      'several provider customers fit this record: attach one by hand',
      free,
    )
  }
  return free[0] ?? null
}

function isLastLook(claim: LinkClaim | null): boolean {
  return (claim?.emptyLooks ?? 0) + 1 >= emptyLooksNeeded
}

async function lookAgainLater(slot: LinkSlot, unfinished: LinkClaim, deps: SyncDeps): Promise<never> {
  const leaseUntil = deps.clock.now().toISOString()
  const claim = {
    ...unfinished,
    leaseUntil,
    emptyLooks: unfinished.emptyLooks + 1,
  }
  slot.link = { ...slot.link, claim }
  throw new RetryLater('SEARCH_MAY_LAG', 'a lost create was not found yet; looking again before creating', {
    afterSeconds: secondsBetweenLooks,
    counts: false,
  })
}

function refuseOldKey({ claimedAt }: LinkClaim, hours: number, { clock }: SyncDeps): void {
  if (clock.now().getTime() - Date.parse(claimedAt) <= hours * 3_600_000) return
  throw new Undecided(
    'KEY_EXPIRED',
    'a create was lost and its idempotency key has expired: look the customer up at the provider, then attach or forget',
  )
}

/** Undecided proves the opposite, if anything: a customer is there, but which one it is only a person can say. */
function provesNothingCreated(error: unknown): boolean {
  if (error instanceof RetryLater) return !error.ambiguous
  return error instanceof SyncError && !(error instanceof Undecided)
}

function giveBack(link: Link): Link {
  return { ...link, claim: null, epoch: link.epoch + 1 }
}

/** The same for every try of one create; another one only when the last is known to have come to nothing. */
function idempotencyKey(link: Link, { name, mode }: PaymentProvider): string {
  const identity = createHash('sha256').update(recordKey(link.ref)).digest('base64url')
  return `create:${name}:${mode}:${identity}:${link.epoch}`
}
