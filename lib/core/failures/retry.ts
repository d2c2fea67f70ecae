import { Misconfigured, Rejected, RetryLater, SyncError, Undecided } from '../model/errors.ts'
import type { Failure } from '../model/link.ts'
import type { LogFields } from '../ports/observers.ts'
import type { RetrySettings } from '../ports/sync-deps.ts'

/** Seconds; an outage of hours must not be followed by an hour of waiting. */
const longestPatientWait = 300

/** Receives after which a wish is not followed alone any more: followed to the second, it would use up the queue's limit. */
const receivesByWish = 60

/** How often the change failed in a way that counts, and how often it came off the queue; both count from 1. */
export type Tries = { readonly failed: number; readonly received: number }

/**
 * Seconds until the next try. The other side's own wish wins, unless it has been followed many times already. Failures that count wait exponentially longer each, with
 * full jitter, up to `maxSeconds`. What is not the customer's fault (an outage, throttling, a wrong key) waits five minutes at
 * most, and at least half of its turn, since each delivery brings the message nearer to the queue's own limit.
 */
export function retryWait(
  error: unknown,
  tries: Tries,
  { baseSeconds, maxSeconds }: RetrySettings,
  random: () => number,
): number {
  const wish = error instanceof RetryLater ? error.afterSeconds : undefined
  const counts = countsAsTry(error)
  const growing = error instanceof RetryLater && error.growing
  if (wish !== undefined && !growing && (counts || tries.received <= receivesByWish)) {
    return Math.max(1, Math.ceil(wish))
  }
  const ceiling = Math.min(
    counts ? maxSeconds : Math.min(maxSeconds, longestPatientWait),
    baseSeconds * 2 ** Math.min((counts ? tries.failed : tries.received) - 1, 30),
  )
  const wait = ceiling * (counts ? random() : (1 + random()) / 2)
  return Math.max(1, Math.ceil(wait), Math.ceil(wish ?? 0))
}

/** Whether it says something about this customer, and not only about the state of a service or our settings. */
export function countsAsTry(error: unknown): boolean {
  if (error instanceof Misconfigured) return !error.isCertain
  return error instanceof RetryLater ? error.counts : true
}

/** Whether the tries that count are used up. */
export function isExhausted(error: unknown, { attempts }: Failure, retry: RetrySettings): boolean {
  return countsAsTry(error) && attempts >= retry.attempts
}

/** The provider may still carry it out: what is sent to this customer next must come after it. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof RetryLater && error.ambiguous && error.code === 'TIMEOUT'
}

/** True when trying the same change again may help. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof Rejected || error instanceof Undecided)
}

/**
 * What is written down of an error. An unforeseen error's message may quote data, so only its class is kept. Tries are
 * counted from the start again once they had been used up: the change they belonged to lies with the dead letters.
 */
export function toFailure(error: unknown, previous: Failure | null, now: Date, limit: number): Failure {
  const counts = countsAsTry(error)
  const before = previous && previous.attempts < limit ? previous : null
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

/** The message of an unforeseen error may quote data; its class and the place it came from do not. */
export function unforeseen(error: unknown): LogFields {
  if (error instanceof SyncError || !(error instanceof Error)) return {}
  return {
    errorName: error.name,
    errorAt: error.stack?.match(/^\s+at .*$/m)?.[0].trim(),
  }
}
