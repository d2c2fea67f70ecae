import { type RecordRef, refOf } from '../model/change.ts'
import { RetryLater, SyncError } from '../model/errors.ts'
import type { Breaker, BreakerRecord } from '../ports/breaker.ts'
import { type PaymentProvider, wrapCalls } from '../ports/payment-provider.ts'
import type { BreakerDeps } from './breaker-deps.ts'
import { recordFailure, recordSuccess, startProbe } from './breaker-transitions.ts'
import { judgeCall } from './judge-call.ts'
import { isStale, newHealth, type ProviderHealth } from './provider-health.ts'
import { isSuspect, markOf, opensAt } from './suspects.ts'

export type { BreakerSettings } from './breaker-deps.ts'

/** One circuit breaker per provider and mode. A provider that is down, or that refuses our key, is paused for a while. */
export function providerBreaker(deps: BreakerDeps): Breaker {
  const healths = new Map<string, ProviderHealth>()
  const healthOf = ({ name, mode }: PaymentProvider): ProviderHealth => {
    const key = `${name}#${mode}`
    const health = healths.get(key) ?? newHealth()
    healths.set(key, health)
    return health
  }
  return {
    admit: (provider, ref) => admit(provider, ref, healthOf(provider), deps),
    watch: (provider, ref) => watch(provider, ref, healthOf(provider), deps),
  }
}

async function admit(
  provider: PaymentProvider,
  ref: RecordRef,
  health: ProviderHealth,
  deps: BreakerDeps,
): Promise<void> {
  const now = deps.clock.now().getTime()
  const mark = markOf(ref)
  if (health.probing && !isSuspect(health.record, mark)) return
  if (isStale(health, now, deps.settings)) {
    health.record = await deps.store.findBreaker(provider.name, provider.mode)
    health.readAt = now
  }
  const { record } = health
  if (!record || record.state === 'closed') return
  const remaining = opensAt(record, mark) - now
  // A probe usually ends long before its time limit.
  const wait =
    record.state === 'half-open' ? Math.min(remaining, deps.settings.openSeconds * 1000) : remaining
  if (remaining > 0) throw paused(provider, record, wait, deps)
  if (!(await startProbe(record, health, now, deps))) throw paused(provider, record, 1000, deps)
}

/** The wait has jitter, so that the waiting changes do not all return when the provider is tried again. */
function paused(
  { name }: PaymentProvider,
  { code, until }: BreakerRecord,
  waitMillis: number,
  { random, settings }: BreakerDeps,
): RetryLater {
  const jitter = random() * settings.openSeconds
  return new RetryLater('PROVIDER_PAUSED', `${name} is paused until ${until} after ${code}`, {
    afterSeconds: waitMillis / 1000 + jitter,
    growing: true,
    counts: false,
  })
}

function watch(
  provider: PaymentProvider,
  ref: RecordRef,
  health: ProviderHealth,
  deps: BreakerDeps,
): PaymentProvider {
  return wrapCalls(provider, (call) => async (...args) => {
    try {
      const result = await call(...args)
      await recordCall(provider, ref, health, null, deps)
      return result
    } catch (error) {
      await recordCall(provider, ref, health, error, deps)
      throw error
    }
  })
}

/** Never throws: the caller must get the result of its call, even if the provider's health cannot be saved. */
async function recordCall(
  provider: PaymentProvider,
  ref: RecordRef,
  health: ProviderHealth,
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  const verdict = judgeCall(error)
  if (verdict === 'inconclusive') return
  const mark = markOf(ref)
  try {
    if (verdict === 'healthy') await recordSuccess(mark, health, deps)
    else await recordFailure(provider, mark, health, verdict, error, deps)
  } catch (cause) {
    const code = cause instanceof SyncError ? cause.code : 'UNEXPECTED'
    const { name, mode } = provider
    deps.log.warn('provider health not saved', { ...refOf(ref), provider: name, mode, code })
  }
}
