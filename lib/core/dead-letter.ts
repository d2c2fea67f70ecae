import type { CustomerChange } from './change.ts'
import type { Link, ParkedFailure } from './link.ts'
import type { ProviderName } from './ports.ts'

/** What lies in the dead-letter queue. `id` stays the same for as long as it lies there. */
export type DeadLetter = {
  readonly id: string
  readonly deadLetteredAt: string | null
  /** Null when this release cannot read it. */
  readonly change: CustomerChange | null
  /** Why it was parked; null when the queue itself moved it here. */
  readonly failure: ParkedFailure | null
}

export type Verdict = 'keep' | 'remove'

export interface DeadLetters {
  /**
   * Shows every letter in the queue once, in no order and in batches of up to ten, and asks what becomes of each: what
   * is kept goes back where it was, under the same id. `judge` may act on a letter before it says `remove`; the letter
   * is removed only afterwards, so that a crash in between leaves it there. Ends early once `enough` says so.
   * Of letters that the queue itself moved there, those of one record may be shown only once the first is gone.
   */
  sweep(
    judge: (letters: readonly DeadLetter[]) => Promise<readonly Verdict[]>,
    enough?: () => boolean,
  ): Promise<void>
}

/** Why a letter lies there, as people are told. What nobody wrote down is null. */
export type Diagnosis = {
  readonly provider: ProviderName | null
  readonly code: string
  readonly reason: string
  readonly field: string | null
  readonly attempts: number | null
  readonly firstFailedAt: string | null
  readonly retryable: boolean
}

/**
 * The letter's own failure, else that of the record's links (`links` are all of the record's): one that was being tried
 * again explains better than a final one why the queue gave the change up.
 */
export function diagnose({ change, failure }: DeadLetter, links: readonly Link[]): Diagnosis {
  if (!change) return { ...unknownFailure, ...unreadable }
  if (failure) return failure
  const failing = links.find((link) => link.failure?.retryable) ?? links.find((link) => link.failure)
  return failing?.failure
    ? { ...failing.failure, provider: failing.provider }
    : { ...unknownFailure, ...receiveLimit }
}

const unknownFailure = {
  provider: null,
  field: null,
  attempts: null,
  firstFailedAt: null,
}

const unreadable = {
  code: 'MESSAGE_UNREADABLE',
  reason: 'this release cannot read the message: redrive it with the release that wrote it, or drop it',
  retryable: false,
}

/** What is said of a letter that the queue itself moved, where nobody wrote down why. */
export const receiveLimit = {
  code: 'RECEIVE_LIMIT',
  reason: 'the queue gave it up after too many tries that ended without a word: see the logs of syncCustomer',
  retryable: true,
}
