import { createHash } from 'node:crypto'
import { advance, type LinkSlot } from '../links/guarded-save.ts'
import { settledAt } from '../links/in-flight.ts'
import { recordKey } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import type { Link, LinkClaim } from '../model/link.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { searchMethodOf } from './lost-create-method.ts'
import { rememberTerms } from './search-terms.ts'

/**
 * Saves the intent to create, and what a lost create can be found by, before the create is sent. An unfinished claim is
 * continued under its own key.
 */
export async function takeClaim(
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
    // The age of a repeated key counts from its first use.
    claimedAt: unfinished?.claimedAt ?? now,
    leaseUntil: settledAt(deps),
    sealedTerms: searchMethodOf(provider)
      ? await rememberTerms(customer, earlier, now, deps.sealer)
      : earlier,
  }
  await advance(slot, { ...slot.link, state: 'creating', claim }, deps.links)
  return claim
}

/**
 * One key for all tries of one create, and never the same key twice: after a create that came to nothing, or a forgotten
 * link, the provider must not return what an earlier create made.
 */
function newIdempotencyKey(link: Link, { name, mode }: PaymentProvider, { clock, random }: SyncDeps): string {
  const identity = createHash('sha256').update(recordKey(link.ref)).digest('base64url')
  const nonce = `${clock.now().getTime().toString(36)}${random().toString(36).slice(2)}`
  return `create:${name}:${mode}:${identity}:${nonce}`
}
