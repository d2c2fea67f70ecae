import { refOf } from '../model/change.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Clock, Log, LogFields } from '../ports/observers.ts'
import type { RedriveQueue } from '../ports/queues.ts'
import {
  type DeadLetter,
  type DeadLetters,
  type HeldDeadLetters,
  isAutomatic,
  type ManualDeadLetters,
} from './dead-letter.ts'
import { type DiagnosedLetter, diagnosed, oldestFirst, sendHeld } from './redrive.ts'
import { chooseLetters, isSignal } from './retry-waves.ts'

/** The most dead letters that one run holds in memory. */
const mostKept = 10_000
/** Receiving stops when less time than this is left. */
const millisToAct = 30_000
/** Sending stops when the time left is needed to release the others: half of the time for receiving, but at least this. */
const leastMillisToGiveBack = 10_000

export type RetryDeps = {
  /** The queue that is retried automatically, and to which SQS moves messages of the queue of changes. */
  readonly deadLetters: DeadLetters
  /** The queue for manual handling. */
  readonly manual: ManualDeadLetters
  readonly links: CustomerLinks
  readonly queue: RedriveQueue
  readonly clock: Clock
  readonly log: Log
}

export type RetryReport = {
  readonly seen: number
  readonly sentBack: number
  /** Moved to the queue for manual handling. */
  readonly moved: number
  /** Failures whose dead letters wait because one of them has failed again. */
  readonly held: readonly string[]
}

/**
 * Redrives the dead letters that may succeed by now. Runs every 15 minutes. All its state is in the queue, so a run that fails
 * or is repeated does no harm. Dead letters that will not be retried are moved to the queue for manual handling, so that they
 * never delay the others. Dead letters with the same failure at the same provider are handled together:
 *
 * - Only retryable failures are redriven, and at most three times each.
 * - A dead letter waits first: 15 minutes, then one hour, then four hours.
 * - The oldest five are redriven first. With every further 15 minutes that the oldest of the rest has been due, the wave is
 *   twice as large.
 * - One that fails again shows that the cause persists: none is redriven for an hour, then the waves start again with five.
 *   After its last round it stays in this queue for as long as it has that effect.
 * - Those that SQS moved without a recorded reason take hours to come back: never more than five at once.
 *
 * If moving fails, the run still redrives what it can, and then throws the first error.
 */
export function retryDeadLetters(remainingMillis: () => number, deps: RetryDeps): Promise<RetryReport> {
  const { log } = deps
  return deps.deadLetters.hold(async (held) => {
    const now = deps.clock.now()
    const atStart = remainingMillis()
    const { letters, moved, failures } = await receiveLetters(held, now, remainingMillis, deps)
    const millisToGiveBack = Math.max(leastMillisToGiveBack, (atStart - remainingMillis()) / 2)
    const { chosen, troubles } = chooseLetters(oldestFirst(letters), now)
    const sent = await sendHeld(
      chosen.map(({ letter }) => letter),
      held,
      deps.queue,
      () => remainingMillis() < millisToGiveBack,
    )
    const sentIds = new Set(sent)
    for (const it of chosen)
      if (sentIds.has(it.letter.id)) log.info(logMessages.deadLetterRedriven, fieldsOf(it))
    const report = { seen: letters.length + moved, sentBack: sent.length, moved, held: troubles }
    if (report.seen > 0) log.info('dead letters checked', report)
    if (failures.length > 0) throw failures[0]
    return report
  })
}

type Received = { readonly letters: DiagnosedLetter[]; moved: number; readonly failures: unknown[] }

/** Receives dead letters and moves those that need manual handling. One that cannot be moved stays for the next run. */
async function receiveLetters(
  held: HeldDeadLetters,
  now: Date,
  remainingMillis: () => number,
  { manual, links, log }: RetryDeps,
): Promise<Received> {
  const received: Received = { letters: [], moved: 0, failures: [] }
  const move = async (leaving: readonly DiagnosedLetter[]): Promise<void> => {
    if (leaving.length > 0) await manual.add(leaving.map(withReason))
    received.moved += leaving.length
    for (const it of leaving) log.warn(logMessages.deadLetterMoved, fieldsOf(it))
  }
  await held.receive(
    async (batch) => {
      const seen = await Promise.all(batch.map((letter) => diagnosed(letter, links)))
      const isStaying = seen.map((it) => isAutomatic(it.letter, it.diagnosis) || isSignal(it, now))
      received.letters.push(...seen.filter((_, index) => isStaying[index]))
      try {
        await move(seen.filter((_, index) => !isStaying[index]))
      } catch (error) {
        received.failures.push(error)
        return batch.map(() => 'keep')
      }
      return isStaying.map((stays) => (stays ? 'keep' : 'remove'))
    },
    () => received.letters.length >= mostKept || remainingMillis() < millisToAct,
  )
  return received
}

function fieldsOf({ letter: { change }, diagnosis }: DiagnosedLetter): LogFields {
  const { provider, code, attempts } = diagnosis
  const record = change && { ...refOf(change), eventIds: [change.eventId], round: change.round ?? 0 }
  return { ...record, provider, code, attempts }
}

/** Saves the diagnosis in a dead letter that SQS moved, because its record's links may have another failure later. */
function withReason({ letter, diagnosis }: DiagnosedLetter): DeadLetter {
  const { attempts, firstFailedAt } = diagnosis
  if (attempts === null || firstFailedAt === null) return letter
  return { ...letter, failure: { ...diagnosis, attempts, firstFailedAt } }
}
