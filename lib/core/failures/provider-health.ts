import type { BreakerRecord } from '../ports/breaker.ts'
import type { BreakerDeps, BreakerSettings } from './breaker-deps.ts'
import { isSuspect } from './suspects.ts'

/** `mark` names the record that it was for. */
type Call = { readonly at: number; readonly failed: boolean; readonly mark: string }

/** What this function instance knows of one provider. It may be lost: what matters is in the table. */
export type ProviderHealth = {
  record: BreakerRecord | null
  /** When `record` was read, in milliseconds. */
  readAt: number | null
  calls: readonly Call[]
  /** This instance is trying the paused provider. */
  probing: boolean
  /** Calls that were refused by what may not have been the API itself, since the last success. */
  refused: readonly Call[]
}

/** Milliseconds for which a read of the table is used while there is trouble. */
const freshMillis = 1000
const mostCalls = 100

export function newHealth(): ProviderHealth {
  return { record: null, readAt: null, calls: [], probing: false, refused: [] }
}

/** Whether the table must be read before the next call: at first, and while there is trouble. */
export function isStale(
  { record, readAt, calls }: ProviderHealth,
  now: number,
  settings: BreakerSettings,
): boolean {
  const since = now - settings.windowSeconds * 1000
  const isTroubled =
    (record !== null && record.state !== 'closed') || calls.some(({ at, failed }) => failed && at > since)
  return readAt === null || (isTroubled && now - readAt >= freshMillis)
}

/** Adds a call to those of the last `windowSeconds`. */
export function withCall(
  calls: readonly Call[],
  call: Pick<Call, 'failed' | 'mark'>,
  { clock, settings }: Pick<BreakerDeps, 'clock' | 'settings'>,
): readonly Call[] {
  const at = clock.now().getTime()
  const recent = calls.filter((it) => it.at >= at - settings.windowSeconds * 1000)
  return [...recent, { ...call, at }].slice(-mostCalls)
}

/**
 * Whether the provider is to be paused: too many calls failed, or two records were refused. A firewall that blocks one
 * customer must not pause the provider for all.
 */
export function isAlarming({ calls, refused }: ProviderHealth, settings: BreakerSettings): boolean {
  const failed = calls.filter((call) => call.failed).length
  const tooManyFailed =
    calls.length >= settings.minimumCalls && failed / calls.length >= settings.failureShare
  return tooManyFailed || new Set(refused.map(({ mark }) => mark)).size > 1
}

/** Suspects have paused the provider before, and others may have been accepted since: they must not stop those again. */
export function leaveOutSuspects(health: ProviderHealth): void {
  const counts = ({ mark }: Call) => !isSuspect(health.record, mark)
  health.calls = health.calls.filter(counts)
  health.refused = health.refused.filter(counts)
}

/** The records that failed. */
export function failedMarks({ calls, refused }: ProviderHealth): readonly string[] {
  return [...calls, ...refused].filter(({ failed }) => failed).map(({ mark }) => mark)
}
