import { Rejected, RetryLater, SyncError, Undecided } from './errors.ts'
import type { Failure } from './link.ts'

export type RetrySettings = {
  readonly baseSeconds: number
  readonly maxSeconds: number
  /** Tries that count before a change is dead-lettered. */
  readonly attempts: number
}

/** Seconds; an outage of hours must not be followed by an hour of waiting. */
const longestPatientWait = 900

/**
 * Seconds until the next try: exponential with full jitter, from one second to `maxSeconds`; the other side's own
 * wish wins. `tries` counts from 1.
 */
export function retryWait(
  error: unknown,
  tries: number,
  { baseSeconds, maxSeconds }: RetrySettings,
  random: () => number,
): number {
  const wish = error instanceof RetryLater ? error.afterSeconds : undefined
  if (wish !== undefined && !(error instanceof RetryLater && error.growing))
    return Math.max(1, Math.ceil(wish))
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** Math.min(tries - 1, 30))
  const wait = random() * (wish === undefined ? ceiling : Math.min(ceiling, longestPatientWait))
  return Math.max(1, Math.ceil(wait), Math.ceil(wish ?? 0))
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
  const counts = error instanceof RetryLater ? error.counts : true
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
