import type { ChangeKind } from './change.ts'
import { laterTime } from './crm-time.ts'

/** A CRM's clock, or the time zone that it mistakes for UTC, may be this far ahead of ours. */
const mostAheadMillis = 24 * 3_600_000

/**
 * The CRM's time, or `instead` where it lies further in the future than a clock can be wrong: links remember the times
 * they have reached, so that a record dated 2099 would shut out every later change. `now` is our time, ISO 8601, and the best
 * there is when nothing else is known.
 */
export function believableTime(time: string, now: string, instead = now): string {
  return Date.parse(time) > Date.parse(now) + mostAheadMillis ? instead : time
}

type TimedChange = {
  readonly kind: ChangeKind
  readonly occurredAt?: string | undefined
  readonly snapshot?: { readonly version: string } | undefined
}

/**
 * The change with times that can be believed. A restored record is as new as its restoration: its own time may be from
 * before it was deleted.
 */
export function withBelievableTimes<C extends TimedChange>(change: C, receivedAt: string): C {
  const occurredAt = change.occurredAt && believableTime(change.occurredAt, receivedAt)
  const own = change.snapshot && believableTime(change.snapshot.version, receivedAt, occurredAt)
  const version = own && change.kind === 'restored' ? laterTime(own, occurredAt ?? own) : own
  return {
    ...change,
    ...(occurredAt && { occurredAt }),
    ...(version && { snapshot: { ...change.snapshot, version } }),
  }
}
