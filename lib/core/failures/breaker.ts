import { recordKey } from '../model/change.ts'
import { Misconfigured, RetryLater, SyncError } from '../model/errors.ts'
import type { Breaker, BreakerRecord, BreakerStore } from '../ports/breaker.ts'
import type { Clock, Log, Metrics } from '../ports/observers.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import { wrapCalls } from '../ports/wrap-calls.ts'

export type BreakerSettings = {
  /** Opens when this share of the calls failed, of those that one function made in the last `windowSeconds`. */
  readonly failureShare: number
  readonly minimumCalls: number
  readonly windowSeconds: number
  /** How long it stays open, the first time and at most. */
  readonly openSeconds: number
  readonly longestOpenSeconds: number
  /** How long one caller may take to try the provider. */
  readonly probeSeconds: number
}

export type BreakerDeps = {
  readonly store: BreakerStore
  readonly settings: BreakerSettings
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly metrics: Metrics
}

/** What this function knows of one provider. It may be lost: the table remembers what matters. */
type Known = {
  record: BreakerRecord | null
  readAt: number | null
  calls: { readonly at: number; readonly failed: boolean }[]
  probing: boolean
  /** The record that was refused last by what may not have been the API itself, and when. */
  refused: { readonly record: string; readonly at: number } | null
}

/** Milliseconds for which what was read is believed while there is trouble. */
const freshMillis = 1000

/** One breaker per provider and mode: a provider that is down, or that refuses our key, is paused for a while. */
export function providerBreaker(deps: BreakerDeps): Breaker {
  const knowledge = new Map<string, Known>()
  const known = ({ name, mode }: PaymentProvider): Known => {
    const key = `${name}#${mode}`
    const entry = knowledge.get(key) ?? {
      record: null,
      readAt: null,
      calls: [],
      probing: false,
      refused: null,
    }
    knowledge.set(key, entry)
    return entry
  }
  return {
    admit: (provider) => admit(provider, known(provider), deps),
    watch: (provider, ref) => watched(provider, recordKey(ref), known(provider), deps),
  }
}

async function admit(provider: PaymentProvider, known: Known, deps: BreakerDeps): Promise<void> {
  const now = deps.clock.now().getTime()
  if (known.probing) return
  await refresh(provider, known, now, deps)
  const { record } = known
  if (!record || record.state === 'closed') return
  const rest = Date.parse(record.until ?? '') - now
  // A trial is over long before the time it may take at most.
  const wait = record.state === 'half-open' ? Math.min(rest, deps.settings.openSeconds * 1000) : rest
  if (rest > 0) throw paused(provider, record, wait, deps)
  const probe = { ...record, state: 'half-open' as const, until: after(now, deps.settings.probeSeconds) }
  const saved = await deps.store.saveBreaker(probe)
  if (!saved) {
    known.readAt = null
    throw paused(provider, record, 1000, deps)
  }
  known.record = saved
  known.probing = true
  tell('ProviderProbed', saved, deps)
}

/** Read again only while something is wrong, so that a healthy provider costs nothing. */
async function refresh(
  provider: PaymentProvider,
  known: Known,
  now: number,
  { store, settings }: BreakerDeps,
) {
  const horizon = now - settings.windowSeconds * 1000
  const trouble =
    (known.record && known.record.state !== 'closed') ||
    known.calls.some(({ at, failed }) => failed && at > horizon)
  const stale = known.readAt === null || (trouble && now - known.readAt >= freshMillis)
  if (!stale) return
  known.record = await store.findBreaker(provider.name, provider.mode)
  known.readAt = now
}

function watched(
  provider: PaymentProvider,
  record: string,
  known: Known,
  deps: BreakerDeps,
): PaymentProvider {
  return wrapCalls(provider, (call) => async (...args) => {
    try {
      const result = await call(...args)
      await note(provider, record, known, null, deps)
      return result
    } catch (error) {
      await note(provider, record, known, error, deps)
      throw error
    }
  })
}

/** The caller must get the result of the call, even if it could not be recorded. */
async function note(
  provider: PaymentProvider,
  record: string,
  known: Known,
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  const verdict = judge(error, record, known, deps)
  if (verdict === 'says nothing') return
  try {
    if (verdict === 'works') await noteSuccess(known, deps)
    else await noteFailure(provider, known, verdict, error, deps)
  } catch (cause) {
    const code = cause instanceof SyncError ? cause.code : 'UNEXPECTED'
    deps.log.warn('the health of a provider could not be saved', { provider: provider.name, code })
  }
}

type Verdict = 'works' | 'fails' | 'refuses us' | 'says nothing'

/** A provider that refuses one customer works; one that throttles works too, only slowly. */
function judge(error: unknown, record: string, known: Known, deps: BreakerDeps): Verdict {
  if (error instanceof Misconfigured && !error.isCertain && !isSecondRefusal(record, known, deps)) {
    return 'says nothing'
  }
  if (error instanceof Misconfigured) return 'refuses us'
  if (error instanceof RetryLater) return error.code === 'THROTTLED' ? 'says nothing' : 'fails'
  return error === null || error instanceof SyncError ? 'works' : 'says nothing'
}

/** One customer whom a firewall blocks must not pause the provider for all: a second one must be refused, with no success in between. */
function isSecondRefusal(record: string, known: Known, { clock, settings }: BreakerDeps): boolean {
  const at = clock.now().getTime()
  const before = known.refused
  const isRecent = before !== null && at - before.at <= settings.windowSeconds * 1000
  if (isRecent && before.record !== record) return true
  known.refused = { record, at }
  return known.probing
}

async function noteSuccess(known: Known, deps: BreakerDeps): Promise<void> {
  known.refused = null
  remember(known, false, deps)
  if (!known.probing || !known.record) return
  known.probing = false
  const closed = { ...known.record, state: 'closed' as const, until: null, trips: 0, code: null }
  known.record = (await deps.store.saveBreaker(closed)) ?? known.record
  known.calls = []
  tell('ProviderResumed', known.record, deps)
}

async function noteFailure(
  provider: PaymentProvider,
  known: Known,
  verdict: Verdict,
  error: unknown,
  deps: BreakerDeps,
): Promise<void> {
  remember(known, true, deps)
  const wasProbe = known.probing
  known.probing = false
  if (!wasProbe && verdict !== 'refuses us' && !tooManyFailed(known, deps.settings)) return
  const current = await deps.store.findBreaker(provider.name, provider.mode)
  known.readAt = deps.clock.now().getTime()
  known.record = current
  if (current && current.state !== 'closed' && !wasProbe) return
  const saved = await deps.store.saveBreaker(opened(provider, current, error, deps))
  if (!saved) {
    known.readAt = null
    return
  }
  known.record = saved
  tell('ProviderPaused', saved, deps)
}

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
    until: after(clock.now().getTime(), seconds),
    trips,
    code: error instanceof SyncError ? error.code : 'UNEXPECTED',
    revision: current?.revision ?? 0,
  }
}

function remember(known: Known, failed: boolean, { clock, settings }: BreakerDeps): void {
  const at = clock.now().getTime()
  const recent = known.calls.filter((call) => call.at > at - settings.windowSeconds * 1000)
  known.calls = [...recent, { at, failed }].slice(-100)
}

function tooManyFailed({ calls }: Known, { minimumCalls, failureShare }: BreakerSettings): boolean {
  const failed = calls.filter((call) => call.failed).length
  return calls.length >= minimumCalls && failed / calls.length >= failureShare
}

/** Spreads the waiting changes, so that they do not all return at the moment the provider is tried again. */
function paused(
  { name }: PaymentProvider,
  { code, until }: BreakerRecord,
  waitMillis: number,
  { random, settings }: BreakerDeps,
): RetryLater {
  const spread = random() * settings.openSeconds
  return new RetryLater('PROVIDER_PAUSED', `${name} is paused until ${until} after ${code}`, {
    afterSeconds: waitMillis / 1000 + spread,
    growing: true,
    counts: false,
  })
}

const told = {
  ProviderPaused: { level: 'error', message: 'provider paused' },
  ProviderProbed: { level: 'info', message: 'provider tried again' },
  ProviderResumed: { level: 'info', message: 'provider resumed' },
} as const

/** Every change of state: one metric (for the alarm) and one line. */
function tell(metric: keyof typeof told, record: BreakerRecord, { log, metrics }: BreakerDeps): void {
  const { level, message } = told[metric]
  const { provider, mode, code, until, trips } = record
  metrics.count(metric)
  log[level](message, { provider, mode, code, until, trips })
}

function after(millis: number, seconds: number): string {
  return new Date(millis + seconds * 1000).toISOString()
}
