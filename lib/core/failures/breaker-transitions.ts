import { SyncError } from '../model/errors.ts'
import type { BreakerRecord } from '../ports/breaker.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { BreakerDeps } from './breaker-deps.ts'
import { addCall, type ProviderHealth, tooManyFailed } from './provider-health.ts'

/** Lets this instance alone try the paused provider. False when another one was first. */
export async function startProbe(
  record: BreakerRecord,
  health: ProviderHealth,
  now: number,
  deps: BreakerDeps,
): Promise<boolean> {
  const until = timeAfter(now, deps.settings.probeSeconds)
  const saved = await deps.store.saveBreaker({ ...record, state: 'half-open', until })
  if (!saved) {
    health.readAt = null
    return false
  }
  health.record = saved
  health.probing = true
  report('ProviderProbed', saved, deps)
  return true
}

/** Counts a successful call. If it was a probe, the provider is resumed. */
export async function recordSuccess(health: ProviderHealth, deps: BreakerDeps): Promise<void> {
  health.refused = null
  addCall(health, false, deps)
  if (!health.probing || !health.record) return
  health.probing = false
  const closed = {
    ...health.record,
    state: 'closed' as const,
    until: null,
    since: null,
    trips: 0,
    code: null,
  }
  health.record = (await deps.store.saveBreaker(closed)) ?? health.record
  health.calls = []
  report('ProviderResumed', health.record, deps)
}

/** Counts a failed call. The provider is paused if it was a probe, if our key was refused, or if too many calls failed. */
export async function recordFailure(
  provider: PaymentProvider,
  health: ProviderHealth,
  verdict: 'failing' | 'refused',
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  addCall(health, true, deps)
  const wasProbe = health.probing
  health.probing = false
  if (!wasProbe && verdict !== 'refused' && !tooManyFailed(health, deps.settings)) return
  const current = await deps.store.findBreaker(provider.name, provider.mode)
  health.readAt = deps.clock.now().getTime()
  health.record = current
  if (current && current.state !== 'closed' && !wasProbe) return
  const saved = await deps.store.saveBreaker(opened(provider, current, error, deps))
  if (!saved) {
    health.readAt = null
    return
  }
  health.record = saved
  report('ProviderPaused', saved, deps)
}

/** Each pause in a row is twice as long, up to `longestOpenSeconds`. */
function opened(
  { name, mode }: PaymentProvider,
  current: BreakerRecord | null,
  error: unknown,
  { clock, settings }: BreakerDeps,
): BreakerRecord {
  const trips = (current?.trips ?? 0) + 1
  const seconds = Math.min(settings.openSeconds * 2 ** (trips - 1), settings.longestOpenSeconds)
  return {
    provider: name,
    mode,
    state: 'open',
    until: timeAfter(clock.now().getTime(), seconds),
    since: current?.since ?? clock.now().toISOString(),
    trips,
    code: error instanceof SyncError ? error.code : 'UNEXPECTED',
    revision: current?.revision ?? 0,
  }
}

const reports = {
  ProviderPaused: { level: 'error', message: logMessages.providerPaused },
  ProviderProbed: { level: 'info', message: logMessages.providerProbed },
  ProviderResumed: { level: 'info', message: logMessages.providerResumed },
} as const

/** One metric (for the alarm) and one log line per change of state. */
function report(metric: keyof typeof reports, record: BreakerRecord, { log, metrics }: BreakerDeps): void {
  const { level, message } = reports[metric]
  const { provider, mode, code, until, since, trips } = record
  metrics.count(metric)
  log[level](message, { provider, mode, code, until, since, trips })
}

function timeAfter(millis: number, seconds: number): string {
  return new Date(millis + seconds * 1000).toISOString()
}
