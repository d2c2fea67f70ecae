import { advance, type LinkSlot } from '../links/guarded-save.ts'
import { Undecided } from '../model/errors.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { isKeyOld, isLastLook, lookAgainLater } from './recheck-create.ts'
import { recallTerms } from './search-terms.ts'

/**
 * The provider customers that an unfinished create of this link may have made: only those that name this record. Not to
 * be asked while that create may still be under way. Throws RetryLater while a search may lag, Undecided when its
 * idempotency key has expired.
 */
export async function findLostCreate(
  slot: LinkSlot,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<readonly ProviderCustomerId[]> {
  const { claim, ref } = slot.link
  if (!claim) return []
  const { idempotencyHours } = provider.abilities
  if (idempotencyHours !== null) {
    if (isKeyOld(claim, idempotencyHours, deps)) throw lostForGood()
    // What the key answers with carries nothing but the identity, should it be made only now.
    return [(await provider.createCustomer({ ref, idempotencyKey: claim.idempotencyKey }, {})).id]
  }
  const ids = new Set<ProviderCustomerId>()
  for (const terms of await recallTerms(claim.sealedTerms, deps.sealer)) {
    const found = await provider.findCustomers(terms, ref)
    for (const { id, owner } of found) if (owner === 'this-record') ids.add(id)
  }
  if (ids.size > 0 || isLastLook(claim)) return [...ids]
  const waiting = lookAgainLater(slot, claim, deps)
  await advance(slot, slot.link, deps.links)
  throw waiting
}

function lostForGood(): Undecided {
  return new Undecided(
    'ERASE_LOST_CREATE',
    'a create was lost before its record was erased: erase the customer that names this record at the provider, then forget the link',
  )
}
