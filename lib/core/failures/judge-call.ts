import { Misconfigured, RetryLater, SyncError } from '../model/errors.ts'
import type { BreakerDeps } from './breaker-deps.ts'
import type { ProviderHealth } from './provider-health.ts'

/** What one call says about the provider. `refused`: the provider does not accept our key. */
export type Verdict = 'healthy' | 'failing' | 'refused' | 'inconclusive'

/**
 * Judges the provider by the error of one call (null for a success) made for `record`. A provider that rejects one customer is
 * healthy. Throttling is inconclusive.
 */
export function judgeCall(
  error: unknown,
  record: string,
  health: ProviderHealth,
  deps: Pick<BreakerDeps, 'clock' | 'settings'>,
): Verdict {
  if (error instanceof Misconfigured) {
    return error.isCertain || isSecondRefusal(record, health, deps) ? 'refused' : 'inconclusive'
  }
  if (error instanceof RetryLater) return error.code === 'THROTTLED' ? 'inconclusive' : 'failing'
  return error === null || error instanceof SyncError ? 'healthy' : 'inconclusive'
}

/**
 * A firewall that blocks one customer must not pause the provider for all. An uncertain refusal therefore counts only when a
 * second record is refused with no success in between, or when it ends a probe.
 */
function isSecondRefusal(
  record: string,
  health: ProviderHealth,
  { clock, settings }: Pick<BreakerDeps, 'clock' | 'settings'>,
): boolean {
  const at = clock.now().getTime()
  const before = health.refused
  const isRecent = before !== null && at - before.at <= settings.windowSeconds * 1000
  if (isRecent && before.record !== record) return true
  health.refused = { record, at }
  return health.probing
}
