import { laterTime } from '../model/crm-time.ts'
import { RetryLater } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** The time by which a call made now has been carried out, or never will be. */
export function settledAt({ clock, claimLeaseSeconds }: SyncDeps): string {
  return new Date(clock.now().getTime() + claimLeaseSeconds * 1000).toISOString()
}

/** Until when an earlier call for this link may still be in flight. */
export function heldUntil({ claim, unsettledUntil }: Link): string | null {
  return laterTime(claim?.leaseUntil ?? null, unsettledUntil)
}

/** Throws RetryLater while an earlier call for this link may still be in flight. */
export function refuseHeld(link: Link, { clock }: SyncDeps): void {
  const until = heldUntil(link)
  const remaining = until === null ? 0 : Date.parse(until) - clock.now().getTime()
  if (remaining <= 0) return
  throw new RetryLater('CLAIM_HELD', 'an earlier call for this customer may still be in flight', {
    afterSeconds: remaining / 1000,
    counts: false,
  })
}
