import type { ChangeKind } from './change.ts'
import { laterTime } from './crm-time.ts'

/** The most that a CRM's clock, or a time zone taken for UTC, can be ahead of ours. */
const mostAheadMillis = 24 * 3_600_000

/**
 * The CRM's time, or `instead` when it is further in the future than a wrong clock explains. Links save the time they have
 * reached, so a record dated 2099 would block every later change. `now` is our time, ISO 8601.
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
 * The change with plausible times. The version of a restored record is at least the time of its restoration, because its own
 * time may be from before the deletion.
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
