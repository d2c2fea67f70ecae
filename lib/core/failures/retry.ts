import { Misconfigured, Rejected, RetryLater, SyncError, Undecided } from '../model/errors.ts'
import type { Failure } from '../model/link.ts'
import type { LogFields } from '../ports/observers.ts'
import type { RetrySettings } from '../ports/sync-deps.ts'

/** Seconds. After an outage of hours, changes must not wait for another hour. */
const longestUncountedWait = 300

/** Failures of a provider that pause it when they are frequent. Until then, a record need not wait longer each time. */
const pausing = new Set(['PROVIDER_UNAVAILABLE', 'NETWORK'])

/** Receives after which waits are no longer short, also where `afterSeconds` is: they would use up the queue's receive limit. */
const shortWaitReceives = 60

export type Tries = {
  /** How often the change failed in a way that counts, from 1. */
  readonly failed: number
  /** How often it was received, planned waits included, from 1. */
  readonly received: number
  /** For how long it could have been tried, and failed. */
  readonly failingSeconds: number
  /** Whether a provider failed, which is paused when its calls keep failing. */
  readonly atProvider: boolean
}

/**
 * Seconds until the next try. A wait that the other side asked for is followed, up to `shortWaitReceives` receives. After
 * failures that count, the wait grows exponentially with full jitter, up to `maxSeconds`. After failures that do not count (an
 * outage, throttling, a wrong key) it grows with the time that they have lasted, so that it about doubles, up to five minutes;
 * where the provider would be paused if it were down, it does not grow. It is then at least half of that, because each
 * receive brings the message nearer to the queue's receive limit.
 */
export function retryWait(
  error: unknown,
  tries: Tries,
  { baseSeconds, maxSeconds }: RetrySettings,
  random: () => number,
): number {
  const requested = error instanceof RetryLater ? error.afterSeconds : undefined
  const counts = countsAsTry(error)
  const growing = error instanceof RetryLater && error.growing
  if (requested !== undefined && !growing && (counts || tries.received <= shortWaitReceives)) {
    return Math.max(1, Math.ceil(requested))
  }
  const growth = counts
    ? baseSeconds * 2 ** Math.min(tries.failed - 1, 30)
    : uncountedGrowth(error, tries, baseSeconds)
  const ceiling = Math.min(maxSeconds, growth)
  const wait = ceiling * (counts ? random() : (1 + random()) / 2)
  return Math.max(1, Math.ceil(wait), Math.ceil(requested ?? 0))
}

function uncountedGrowth(error: unknown, tries: Tries, baseSeconds: number): number {
  if (tries.received > shortWaitReceives) return longestUncountedWait
  const isPausing = tries.atProvider && error instanceof RetryLater && pausing.has(error.code)
  return Math.min(longestUncountedWait, baseSeconds + (isPausing ? 0 : tries.failingSeconds))
}

/** Whether the failure may be due to this customer, and not to an outage or to our settings. */
export function countsAsTry(error: unknown): boolean {
  if (error instanceof Misconfigured) return !error.isCertain
  return error instanceof RetryLater ? error.counts : true
}

/** Whether all tries that count are used up. */
export function isExhausted(error: unknown, { attempts }: Failure, retry: RetrySettings): boolean {
  return countsAsTry(error) && attempts >= retry.attempts
}

/** True when trying the same change again may help. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof Rejected || error instanceof Undecided)
}

/** Seconds. A wait that is over sooner is not worth a write. */
const momentarySeconds = 90

/**
 * Whether the failure tells operators more than the saved one: the first of an outage, and each try that counts. A wait of a
 * known, short time is not.
 */
export function isNews(failure: Failure, saved: Failure | null, error: unknown): boolean {
  if (saved?.firstFailedAt === failure.firstFailedAt && saved.attempts === failure.attempts) return false
  const isMomentary =
    error instanceof RetryLater &&
    !error.counts &&
    !error.growing &&
    error.afterSeconds !== undefined &&
    error.afterSeconds <= momentarySeconds
  return !isMomentary
}

/** The HTTP status of the answer that caused the failure, where there was one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof SyncError ? error.status : undefined
}

/**
 * The error as it is saved. Of an unforeseen error only the class is kept, because its message may quote data. After a failure
 * that was final, counting starts again: the change it belonged to has been dead-lettered.
 */
export function toFailure(error: unknown, previous: Failure | null, now: Date, limit: number): Failure {
  const counts = countsAsTry(error)
  const before = previous?.retryable && previous.attempts < limit ? previous : null
  return {
    code: error instanceof SyncError ? error.code : 'UNEXPECTED',
    reason: error instanceof SyncError ? error.message : `unexpected ${nameOf(error)}`,
    field: error instanceof SyncError ? (error.field ?? null) : null,
    attempts: (before?.attempts ?? 0) + (counts ? 1 : 0),
    firstFailedAt: before?.firstFailedAt ?? now.toISOString(),
    retryable: isRetryable(error),
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

/** Log fields of an unforeseen error: its class and where it was thrown. Its message may quote data. */
export function unforeseen(error: unknown): LogFields {
  if (error instanceof SyncError || !(error instanceof Error)) return {}
  return {
    errorName: error.name,
    errorAt: error.stack?.match(/^\s+at .*$/m)?.[0].trim(),
  }
}
