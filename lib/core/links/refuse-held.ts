import { laterTime } from '../model/crm-time.ts'
import { RetryLater } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** When a call that is made now must have been carried out, or never will be. */
export function settledAt({ clock, claimLeaseSeconds }: SyncDeps): string {
  return new Date(clock.now().getTime() + claimLeaseSeconds * 1000).toISOString()
}

/** When the provider may be called for this link again: earlier calls may still be under way until then. */
export function heldUntil({ claim, unsettledUntil }: Link): string | null {
  return laterTime(claim?.leaseUntil ?? null, unsettledUntil)
}

/** Throws RetryLater while an earlier call to the provider for this link may still be under way. */
export function refuseHeld(link: Link, { clock }: SyncDeps): void {
  const until = heldUntil(link)
  const remaining = until === null ? 0 : Date.parse(until) - clock.now().getTime()
  if (remaining <= 0) return
  throw new RetryLater('CLAIM_HELD', 'an earlier call for this customer may still be under way', {
    afterSeconds: remaining / 1000,
    counts: false,
  })
}
