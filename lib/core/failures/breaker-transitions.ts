import { SyncError } from '../model/errors.ts'
import type { BreakerRecord } from '../ports/breaker.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { BreakerDeps } from './breaker-deps.ts'
import {
  failedMarks,
  isAlarming,
  leaveOutSuspects,
  type ProviderHealth,
  withCall,
} from './provider-health.ts'
import { isSuspect, suspectsAmong } from './suspects.ts'

/** Lets this instance alone try the paused provider. False when another one was first. */
export async function startProbe(
  record: BreakerRecord,
  health: ProviderHealth,
  now: number,
  deps: BreakerDeps,
): Promise<boolean> {
  const until = timeAfter(now, deps.settings.probeSeconds)
  const halfOpen = { ...record, state: 'half-open', until, suspectsUntil: until } as const
  if (!(await save(halfOpen, health, deps))) return false
  health.probing = true
  report('ProviderProbed', halfOpen, deps)
  return true
}

/** Counts a successful call. If it was a probe, the provider is resumed. A record that is accepted is no suspect any more. */
export async function recordSuccess(mark: string, health: ProviderHealth, deps: BreakerDeps): Promise<void> {
  health.refused = []
  health.calls = withCall(health.calls, { failed: false, mark }, deps)
  const { record, probing } = health
  if (!record) return
  const suspects = (record.suspects ?? []).filter((it) => it !== mark)
  if (!probing) {
    if (isSuspect(record, mark)) await save({ ...record, suspects }, health, deps)
    return
  }
  health.probing = false
  const times = { until: null, suspectsUntil: null, since: null } as const
  const closed = { ...record, ...times, state: 'closed', trips: 0, code: null, suspects } as const
  health.record = (await deps.store.saveBreaker(closed)) ?? record
  health.calls = []
  report('ProviderResumed', health.record, deps)
}

/** Counts a failed call. The provider is paused if it was a probe, if our key was refused, or if `isAlarming`. */
export async function recordFailure(
  provider: PaymentProvider,
  mark: string,
  health: ProviderHealth,
  verdict: 'failing' | 'refused' | 'suspect',
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  const call = { failed: true, mark }
  if (verdict === 'suspect') health.refused = withCall(health.refused, call, deps)
  if (verdict === 'failing') health.calls = withCall(health.calls, call, deps)
  const isCertain = verdict === 'refused'
  if (health.probing) {
    health.probing = false
    const provesNothing = !isCertain && isSuspect(health.record, mark)
    return provesNothing ? stayPaused(health, deps) : pause(provider, health, error, deps)
  }
  if (!isCertain && !isAlarming(health, deps.settings)) return
  health.record = await deps.store.findBreaker(provider.name, provider.mode)
  health.readAt = deps.clock.now().getTime()
  leaveOutSuspects(health)
  if (!isCertain && !isAlarming(health, deps.settings)) return
  if (!health.record || health.record.state === 'closed') await pause(provider, health, error, deps)
}

async function pause(
  { name, mode }: PaymentProvider,
  health: ProviderHealth,
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  const current = health.record
  const now = deps.clock.now()
  const trips = (current?.trips ?? 0) + 1
  const until = timeAfter(now.getTime(), pauseSeconds(trips, deps))
  const opened: BreakerRecord = {
    provider: name,
    mode,
    state: 'open',
    until,
    suspectsUntil: timeAfter(Date.parse(until), deps.settings.openSeconds),
    since: current?.since ?? now.toISOString(),
    trips,
    code: error instanceof SyncError ? error.code : 'UNEXPECTED',
    suspects: suspectsAmong(current, failedMarks(health)),
    revision: current?.revision ?? 0,
  }
  if (await save(opened, health, deps)) report('ProviderPaused', opened, deps)
}

/** Each pause in a row is twice as long, up to `longestOpenSeconds`. */
function pauseSeconds(trips: number, { settings }: BreakerDeps): number {
  return Math.min(settings.openSeconds * 2 ** (trips - 1), settings.longestOpenSeconds)
}

/** After the probe of a suspect: other records may try the provider at once, suspects after a longer pause. */
async function stayPaused(health: ProviderHealth, deps: BreakerDeps): Promise<void> {
  const { record } = health
  if (!record) return
  const now = deps.clock.now()
  const trips = record.trips + 1
  const suspectsUntil = timeAfter(now.getTime(), pauseSeconds(trips, deps))
  await save({ ...record, state: 'open', until: now.toISOString(), suspectsUntil, trips }, health, deps)
}

/** False when another instance was first; the table is then read before the next call. */
async function save(record: BreakerRecord, health: ProviderHealth, deps: BreakerDeps): Promise<boolean> {
  const saved = await deps.store.saveBreaker(record)
  if (saved) health.record = saved
  else health.readAt = null
  return saved !== null
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
