import type { CustomerChange } from '../model/change.ts'
import type { Link, ParkedFailure } from '../model/link.ts'
import type { ProviderName } from '../model/provider.ts'
import type { RawMessage } from '../ports/queues.ts'

/**
 * A dead letter. Exactly one of `change`, `raw` and `foreign` is set. `id` stays the same for as long as the dead letter
 * exists, also when it is moved to the other queue. `deadLetteredAt` is ISO 8601, null when SQS does not report it.
 */
export type DeadLetter = {
  readonly id: string
  readonly deadLetteredAt: string | null
  readonly change: CustomerChange | null
  /** A message of the queue of changes that this release cannot read. It is redriven unchanged. */
  readonly raw: RawMessage | null
  /** The body of a dead letter in the format of another release. It can be moved and dropped, but not redriven. */
  readonly foreign: string | null
  /** Why it was dead-lettered; null when SQS moved it here. */
  readonly failure: ParkedFailure | null
}

export type Verdict = 'keep' | 'remove'
export type Judge = (letters: readonly DeadLetter[]) => Promise<readonly Verdict[]>

/** Dead letters that could not be received. The counts are approximate, like those of SQS. */
export type NotShown = {
  /** Held by another consumer. */
  readonly elsewhere: number
  /** Queued behind held dead letters of the same record, or beyond the limit of in-flight messages. */
  readonly behind: number
  /** True when that limit was reached. */
  readonly full: boolean
}

/** Dead letters that were received and are invisible to other consumers until they are released. */
export interface HeldDeadLetters {
  /** Approximate number of dead letters at the start. */
  readonly expected: number
  /**
   * Receives every dead letter that no other consumer holds, and calls `judge` with batches of up to ten, in no order and in
   * parallel. `keep` holds a dead letter until the end; `remove` deletes it after `judge` has returned, so that a crash in
   * between cannot lose it. Duplicates are passed once. Returns when the queues are empty, or early once `enough` returns
   * true; a further call receives only what has arrived since. Dead letters of one record that SQS moved itself share a
   * message group: at most ten are received, further ones only after those are removed.
   */
  receive(judge: Judge, enough?: () => boolean): Promise<NotShown>
  /** Removes held dead letters. Throws an Error that lists the ids that could not be removed. */
  remove(ids: readonly string[]): Promise<void>
}

export interface DeadLetters {
  /**
   * Runs `work`, then releases all dead letters that are still held, also when `work` throws. One that cannot be released
   * becomes visible after its visibility timeout (1 to 15 minutes).
   */
  hold<T>(work: (held: HeldDeadLetters) => Promise<T>): Promise<T>
}

/** One `receive` over all dead letters. Those that are kept are released afterwards. */
export function sweep(deadLetters: DeadLetters, judge: Judge, enough?: () => boolean): Promise<NotShown> {
  return deadLetters.hold((held) => held.receive(judge, enough))
}

/** The queue of dead letters for manual handling. */
export interface ManualDeadLetters {
  /** Adds dead letters, which keep `id` and `deadLetteredAt`. Resolves only when all are stored. */
  add(letters: readonly DeadLetter[]): Promise<void>
}

/** Automatic retries of one dead letter. After that it needs manual handling. */
export const mostRounds = 3

/** How often it has been redriven. */
export function roundOf({ change }: DeadLetter): number {
  return change?.round ?? 0
}

/** True when it will be retried automatically. */
export function isAutomatic(letter: DeadLetter, { retryable }: Pick<Diagnosis, 'retryable'>): boolean {
  return letter.change !== null && retryable && roundOf(letter) < mostRounds
}

/** True when it can be sent to the queue of changes. */
export function isRedrivable({ change, raw }: DeadLetter): boolean {
  return change !== null || raw !== null
}

/** Why a dead letter exists, as shown to operators. Unknown values are null. */
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
 * The dead letter's own failure, else a failure of the record's links (`links` are all links of the record). A retryable one
 * comes first: it explains why SQS moved the change after too many receives.
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

/** For a message whose body this release cannot read. */
export const unreadable = {
  code: 'MESSAGE_UNREADABLE',
  reason: 'this release cannot read the message: redrive it with the release that wrote it, or drop it',
  retryable: false,
}

/** For a dead letter that SQS moved and whose record has no saved failure. */
export const receiveLimit = {
  code: 'RECEIVE_LIMIT',
  reason: 'SQS moved it after too many receives without a recorded reason: see the logs of syncCustomer',
  retryable: true,
}
