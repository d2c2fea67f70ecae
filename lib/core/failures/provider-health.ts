import type { BreakerRecord } from '../ports/breaker.ts'
import type { BreakerDeps, BreakerSettings } from './breaker-deps.ts'

/** What this function instance knows of one provider. It may be lost: what matters is in the table. */
export type ProviderHealth = {
  record: BreakerRecord | null
  /** When `record` was read, in milliseconds. */
  readAt: number | null
  calls: { readonly at: number; readonly failed: boolean }[]
  /** This instance is trying the paused provider. */
  probing: boolean
  /** The record whose call was last refused by what may not have been the API itself, and when. */
  refused: { readonly record: string; readonly at: number } | null
}

/** Milliseconds for which a read of the table is used while there is trouble. */
const freshMillis = 1000
const mostCalls = 100

export function newHealth(): ProviderHealth {
  return { record: null, readAt: null, calls: [], probing: false, refused: null }
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

export function addCall(
  health: ProviderHealth,
  failed: boolean,
  { clock, settings }: Pick<BreakerDeps, 'clock' | 'settings'>,
): void {
  const at = clock.now().getTime()
  const recent = health.calls.filter((call) => call.at > at - settings.windowSeconds * 1000)
  health.calls = [...recent, { at, failed }].slice(-mostCalls)
}

export function tooManyFailed({ calls }: ProviderHealth, settings: BreakerSettings): boolean {
  const failed = calls.filter((call) => call.failed).length
  return calls.length >= settings.minimumCalls && failed / calls.length >= settings.failureShare
}
