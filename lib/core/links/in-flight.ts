import { laterTime } from '../model/crm-time.ts'
import { RetryLater } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** The time by which a call made now has been carried out, or never will be. */
export function settledAt({ clock, claimLeaseSeconds }: SyncDeps): string {
  return new Date(clock.now().getTime() + claimLeaseSeconds * 1000).toISOString()
}

/**
 * With these the API has stopped working on the call. With 408, 409 (the same key is in use) and the 5xx of gateways it may still
 * be at it.
 */
const finalStatuses = new Set([425, 429, 500, 501, 503])

/** The API has answered: the call has been carried out, or never will be. */
export function hasAnswered(error: unknown): boolean {
  return error instanceof RetryLater && error.status !== undefined && finalStatuses.has(error.status)
}

/** The provider may still carry out the call: no answer came, or that of a gateway. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof RetryLater && error.ambiguous && !hasAnswered(error)
}

/** The same error; after a call without an answer, the next try is to wait until that call is settled. */
export function retriedWhenSettled(
  error: unknown,
  { claimLeaseSeconds }: Pick<SyncDeps, 'claimLeaseSeconds'>,
) {
  if (!(error instanceof RetryLater) || !isUnanswered(error)) return error
  const { code, message, status, counts, ambiguous, afterSeconds = 0 } = error
  const wait = Math.max(afterSeconds, claimLeaseSeconds)
  return new RetryLater(code, message, { status, counts, ambiguous, afterSeconds: wait })
}

/** The link after a call without an answer; `payload` is the fingerprint of what an update sent. */
export function unsettled(link: Link, payload: string | null, deps: SyncDeps): Link {
  return { ...link, unsettledUntil: settledAt(deps), unsettledPayload: payload }
}

/** What a link remembers of such a call after another one was answered: everything, until the call is settled. */
export function stillUnsettled(
  { unsettledUntil, unsettledPayload }: Link,
  deps: Pick<SyncDeps, 'clock'>,
): Pick<Link, 'unsettledUntil' | 'unsettledPayload'> {
  return millisUntil(unsettledUntil, deps) > 0
    ? { unsettledUntil, unsettledPayload }
    : { unsettledUntil: null, unsettledPayload: null }
}

/** Until when an earlier call for this link may still be in flight. */
export function heldUntil({ claim, unsettledUntil }: Link): string | null {
  return laterTime(claim?.leaseUntil ?? null, unsettledUntil)
}

/** Milliseconds from now. */
export function millisUntil(time: string | null, { clock }: Pick<SyncDeps, 'clock'>): number {
  return time === null ? 0 : Math.max(0, Date.parse(time) - clock.now().getTime())
}

/** Until when nothing can be tried for this link: after an update without an answer, the same payload may follow at once. */
export function idleUntil(link: Link): string | null {
  return heldUntil(link.unsettledPayload === null ? link : { ...link, unsettledUntil: null })
}

/**
 * Throws RetryLater while an earlier call for this link may still be in flight. It may be carried out after the next one, and
 * undo that. Only an update with the same payload, whose fingerprint is given, does no harm, whichever of the two comes last.
 */
export function refuseHeld(link: Link, deps: SyncDeps, payload: string | null = null): void {
  const until = payload !== null && payload === link.unsettledPayload ? null : heldUntil(link)
  const remaining = millisUntil(until, deps)
  if (remaining > 0) throw held(remaining / 1000)
}

/** The error of a change that waits because an earlier call may still be in flight. */
export function held(afterSeconds: number): RetryLater {
  const message = 'an earlier call for this customer may still be in flight'
  return new RetryLater('CLAIM_HELD', message, { afterSeconds, counts: false })
}
