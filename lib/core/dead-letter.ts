import type { CustomerChange } from './change.ts'
import type { Link, ParkedFailure } from './link.ts'
import type { ProviderName, RawMessage } from './ports.ts'

/**
 * A dead letter: a change, or a raw message, or (both null) one that another release wrote in a format of its own.
 * `id` stays the same for as long as it lies there, also when it moves from one queue to the other.
 */
export type DeadLetter = {
  readonly id: string
  readonly deadLetteredAt: string | null
  readonly change: CustomerChange | null
  /** A message of the queue of changes that this release cannot read; it goes back as it is. */
  readonly raw: RawMessage | null
  /** The body of one that another release wrote. It can be moved and dropped, not redriven. */
  readonly foreign: string | null
  /** Why it was parked; null when the queue itself moved it here. */
  readonly failure: ParkedFailure | null
}

export type Verdict = 'keep' | 'remove'
export type Judge = (letters: readonly DeadLetter[]) => Promise<readonly Verdict[]>

/** What a look at the queues could not show. All counts are approximate, as the queues' own are. */
export type NotShown = {
  /** Dead letters that somebody else is looking at. */
  readonly elsewhere: number
  /** Dead letters that lie behind another one of their record, or are more than can be held at once. */
  readonly behind: number
  /** True when no more can be held at once. */
  readonly full: boolean
}

/** Dead letters that nobody else sees until whoever holds them is done. */
export interface HeldDeadLetters {
  /** About how many there were at the start. */
  readonly expected: number
  /**
   * Receives what nobody holds yet and asks what becomes of it: what is kept is held, what is removed is gone. In no order, in
   * batches of up to ten, several of them at a time; of several copies of a dead letter one is shown. `judge` may act
   * before it says `remove`: a dead letter is removed only afterwards, so that a crash in between leaves it there. Ends
   * when the queues have no more, or early once `enough` says so. The next call shows what has come meanwhile.
   * Of dead letters that the queue itself moved, those of one record may be shown only once the first is gone.
   */
  receive(judge: Judge, enough?: () => boolean): Promise<NotShown>
  /** Removes dead letters that are held. Throws an Error that names those that are still there. */
  remove(ids: readonly string[]): Promise<void>
}

export interface DeadLetters {
  /**
   * Runs `work` with the dead letters. Whatever is held at its end, also when it throws, goes back where it was, under
   * the same id. What cannot be given back is seen by nobody for some minutes, then it comes back by itself.
   */
  hold<T>(work: (held: HeldDeadLetters) => Promise<T>): Promise<T>
}

/** Looks at all dead letters once: `receive` of HeldDeadLetters, and then all that was kept goes back. */
export function sweep(deadLetters: DeadLetters, judge: Judge, enough?: () => boolean): Promise<NotShown> {
  return deadLetters.hold((held) => held.receive(judge, enough))
}

/** The queue of the dead letters that no automatic retry will take. */
export interface ManualDeadLetters {
  /** Puts these there, under the ids and times they have; resolves only when all of them are there. */
  add(letters: readonly DeadLetter[]): Promise<void>
}

/** What comes back more often than this waits for a person. */
export const mostRounds = 3

/** How often it has come back from the dead letters. */
export function roundOf({ change }: DeadLetter): number {
  return change?.round ?? 0
}

/** True when it goes back without a person's help, sooner or later. */
export function isAutomatic(letter: DeadLetter, { retryable }: Pick<Diagnosis, 'retryable'>): boolean {
  return letter.change !== null && retryable && roundOf(letter) < mostRounds
}

/** True when it can be sent to the queue of changes again. */
export function isRedrivable({ change, raw }: DeadLetter): boolean {
  return change !== null || raw !== null
}

/** Why a dead letter lies there, as people are told. What nobody wrote down is null. */
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
 * The dead letter's own failure, else that of the record's links (`links` are all of the record's): one that was being
 * tried again explains better than a final one why the queue gave the change up.
 */
export function diagnose({ change, failure }: DeadLetter, links: readonly Link[]): Diagnosis {
  if (failure) return failure
  if (!change) return { ...unknownFailure, ...unreadable }
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

/** What is said of a dead letter that the queue itself moved, where nobody wrote down why. */
export const receiveLimit = {
  code: 'RECEIVE_LIMIT',
  reason: 'the queue gave it up after too many tries that ended without a word: see the logs of syncCustomer',
  retryable: true,
}
