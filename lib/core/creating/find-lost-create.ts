import { Undecided } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { methodFor } from './lost-create-method.ts'
import { searchAgain } from './recheck-create.ts'
import { recallTerms } from './search-terms.ts'

/**
 * The provider customers that an unfinished create of this link may have created: only those whose metadata names this
 * record. Must not be called while that create may still be in flight. Throws RetryLater while a search may lag, Undecided
 * when the idempotency key has expired.
 */
export async function findLostCreate(
  link: Link,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<readonly ProviderCustomerId[]> {
  const { claim, ref } = link
  if (!claim) return []
  const method = methodFor(claim, provider, deps)
  if (!method) throw lostForGood()
  if (method.by === 'key') {
    // If this call is the one that creates it, the customer holds no personal data.
    return [(await provider.createCustomer({ ref, idempotencyKey: claim.idempotencyKey }, {})).id]
  }
  const hidden = searchAgain(link, provider, deps)
  const ids = new Set<ProviderCustomerId>()
  for (const terms of await recallTerms(claim.sealedTerms, deps.sealer)) {
    const found = await provider.findCustomers(terms, ref)
    for (const { id, owner } of found) if (owner === 'this-record') ids.add(id)
  }
  if (ids.size === 0 && hidden) throw hidden
  return [...ids]
}

function lostForGood(): Undecided {
  return new Undecided(
    'ERASE_LOST_CREATE',
    'a create was lost before its record was erased: erase the customer that names this record at the provider, then forget the link',
  )
}
