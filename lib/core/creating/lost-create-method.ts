import type { Link, LinkClaim } from '../model/link.ts'
import type { LostCreateMethod } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

type Deps = Pick<SyncDeps, 'clock'>
type SearchMethod = Extract<LostCreateMethod, { by: 'search' }>

/** The first method that still works for this claim; null when its idempotency key has expired and there is no other. */
export function methodFor(
  claim: LinkClaim,
  { abilities }: PaymentProvider,
  deps: Deps,
): LostCreateMethod | null {
  return (
    abilities.lostCreates.find((method) => method.by === 'search' || !isKeyOld(claim, method.hours, deps)) ??
    null
  )
}

/**
 * Whether this link has an unfinished create that is looked for by a search. That does no harm while the create may still be in
 * flight; only another create has to wait.
 */
export function isSearchedFor({ claim }: Link, provider: PaymentProvider, deps: Deps): boolean {
  return claim !== null && methodFor(claim, provider, deps)?.by === 'search'
}

/** How this provider is searched for a lost create; undefined where it is not. */
export function searchMethodOf({ abilities }: PaymentProvider): SearchMethod | undefined {
  return abilities.lostCreates.find((method) => method.by === 'search')
}

/** Whether the provider may have expired the claim's idempotency key. */
function isKeyOld({ claimedAt }: LinkClaim, hours: number, { clock }: Deps): boolean {
  return clock.now().getTime() - Date.parse(claimedAt) > hours * 3_600_000
}
