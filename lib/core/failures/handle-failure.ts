import { LinkFailed } from '../links/link-failed.ts'
import { linkFields } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import type { RecordGroup } from '../messages/combine-changes.ts'
import type { Postponed, QueuedChange } from '../messages/queued-change.ts'
import { refOf } from '../model/change.ts'
import { laterTime } from '../model/crm-time.ts'
import { Misconfigured, RetryLater } from '../model/errors.ts'
import type { Failure, Link, ParkedFailure } from '../model/link.ts'
import { lineOf, toBook } from '../model/record-book.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { LogFields } from '../ports/observers.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import type { PreparedRecord } from '../reading/prepare-record.ts'
import { changesToPark } from './changes-to-park.ts'
import {
  countsAsTry,
  isExhausted,
  isNews,
  isRetryable,
  retryWait,
  statusOf,
  toFailure,
  unforeseen,
} from './retry.ts'

/** One record's messages, and the prepared record if the failure came after that. */
export type Work = { readonly messages: RecordGroup<QueuedChange> } & Partial<PreparedRecord>

/**
 * Decides what happens to messages that failed: they stay on the queue for another try, or are dead-lettered. Returns the
 * messages that stay; the others are safely stored in a dead-letter queue.
 */
export async function deadLetterOrPostpone(
  work: Work,
  thrown: unknown,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const { messages } = work
  const error = thrown instanceof LinkFailed ? thrown.cause : thrown
  const failure =
    thrown instanceof LinkFailed
      ? thrown.failure
      : { ...(await countFailure(work, error, deps)), provider: null }
  const fields = {
    ...(thrown instanceof LinkFailed && linkFields(thrown.link)),
    ...failureFields(failure),
    status: statusOf(error),
    tries: deps.trigger?.tries,
  }
  deps.metrics.count('ChangesFailed')
  const isFinal = !isRetryable(error) || isExhausted(error, failure, deps.retry)
  if (isFinal && (await park(work, failure, fields, deps))) return []
  if (error instanceof RetryLater && error.code === 'PROVIDER_PAUSED') {
    deps.metrics.count('ChangesHeldByPause')
  }
  const receives = Math.max(...messages.map((message) => message.receives))
  const heldUntil = thrown instanceof LinkFailed ? thrown.heldUntil : null
  // While an earlier call may be in flight, nothing is tried.
  const failingSince = laterTime(failure.firstFailedAt, heldUntil)
  const tries = {
    failed: failure.attempts,
    received: receives,
    failingSeconds: Math.max(0, -secondsUntil(failingSince, deps)),
    atProvider: thrown instanceof LinkFailed,
  }
  const held = secondsUntil(heldUntil, deps)
  const afterSeconds = Math.max(held, retryWait(error, tries, deps.retry, deps.random))
  deps.log.warn(logMessages.changeRetried, { ...fields, afterSeconds, ...unforeseen(error) })
  return messages.map(({ messageId }) => ({ messageId, afterSeconds }))
}

function secondsUntil(time: string | null, { clock }: SyncDeps): number {
  return time === null ? 0 : Math.ceil((Date.parse(time) - clock.now().getTime()) / 1000)
}

/** A failure that belongs to no link is counted, and shown to operators, in the record's own line. */
async function countFailure(work: Work, error: unknown, deps: SyncDeps): Promise<Failure> {
  const now = deps.clock.now()
  if (!isRetryable(error) || !isWorthSaving(work, error, deps)) {
    return toFailure(error, null, now, deps.retry.attempts)
  }
  try {
    const ref = refOf(work.messages[0].change)
    const line = lineOf(toBook(await deps.links.findLinks(ref)), ref)
    const failure = toFailure(error, line.failure, now, deps.retry.attempts)
    if (isNews(failure, line.failure, error))
      await deps.links.saveLink(withFailure(line, failure, error, deps))
    return failure
  } catch (cause) {
    deps.log.warn('failure not counted: the table did not answer', unforeseen(cause))
    return toFailure(error, null, now, deps.retry.attempts)
  }
}

/** Each try that counts, and the first of an outage. Before the record's links were read, only a wrong setting. */
function isWorthSaving({ book }: Work, error: unknown, { clock, retry }: SyncDeps): boolean {
  if (countsAsTry(error)) return true
  if (!book) return error instanceof Misconfigured
  const saved = book.line?.failure ?? null
  return isNews(toFailure(error, saved, clock.now(), retry.attempts), saved, error)
}

/** The last outcome of a tombstone says what was done, and stays. */
function withFailure(line: Link, failure: Failure, error: unknown, deps: SyncDeps): Link {
  const lastOutcome = line.state === 'creating' ? 'failed' : line.lastOutcome
  const note = { event: 'failed', code: failure.code, status: statusOf(error) } as const
  return noted({ ...line, lastOutcome, failure }, note, deps)
}

async function park(work: Work, failure: ParkedFailure, fields: LogFields, deps: SyncDeps): Promise<boolean> {
  try {
    for (const change of changesToPark(work)) await deps.deadLetters.park(change, failure)
    deps.metrics.count('ChangesDeadLettered')
    deps.log.error(logMessages.changeDeadLettered, fields)
    return true
  } catch (error) {
    deps.log.error('change not dead-lettered, it stays on its queue: the dead-letter queue did not answer', {
      ...fields,
      ...unforeseen(error),
    })
    return false
  }
}

function failureFields({ provider, code, reason, field, attempts }: ParkedFailure): LogFields {
  return { provider, code, reason, field, attempts }
}
