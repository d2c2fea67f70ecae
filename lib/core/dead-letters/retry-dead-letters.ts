import type { CustomerLinks } from '../ports/customer-links.ts'
import type { Clock, Log } from '../ports/observers.ts'
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

/** Dead letters that one run holds in memory. */
const mostKept = 10_000
/** Receiving ends when less time than this is left. */
const millisToAct = 30_000
/** Sending ends when the time left is needed to release the others: half of what receiving took, but at least this. */
const leastMillisToGiveBack = 10_000

export type RetryDeps = {
  /** The queue that is retried automatically, which is also where SQS moves messages of the queue of changes. */
  readonly deadLetters: DeadLetters
  /** The queue of those that need a person. */
  readonly manual: ManualDeadLetters
  readonly links: CustomerLinks
  readonly queue: RedriveQueue
  readonly clock: Clock
  readonly log: Log
}

export type RetryReport = {
  readonly seen: number
  readonly sentBack: number
  /** Moved to the queue of those that need a person. */
  readonly moved: number
  /** Troubles that wait because their failure has come back. */
  readonly held: readonly string[]
}

/**
 * Sends back the dead letters that may get through by now; run it every quarter of an hour. Everything it needs to know
 * lies in the queue, so a run that fails or comes twice does no harm: dead letters are sent before they are removed, and
 * are pointers. Those that will not be retried are moved to the queue of those that need a person, so that they never
 * delay the others. What goes back is decided for each trouble (the same failure at the same provider) by itself:
 *
 * - Only what trying again may help, and at most three rounds of it: the rest waits for a person.
 * - A dead letter waits first: a quarter of an hour, then an hour, then four.
 * - A few go first, the oldest five. With every further quarter of an hour that the oldest one left has been waiting
 *   rested, twice as many.
 * - One that has come back from an earlier round says that the trouble is still there: for an hour none of that trouble
 *   goes, and then a few go first again. After its last round it stays in this queue for as long as it has that effect.
 * - What the queue itself gave up without anybody's word takes hours to come back: never more than a few at once.
 *
 * If moving fails, the run still sends back what it can, and then throws the first error.
 */
export function retryDeadLetters(remainingMillis: () => number, deps: RetryDeps): Promise<RetryReport> {
  return deps.deadLetters.hold(async (held) => {
    const now = deps.clock.now()
    const atStart = remainingMillis()
    const { letters, moved, failures } = await look(held, now, remainingMillis, deps)
    const millisToGiveBack = Math.max(leastMillisToGiveBack, (atStart - remainingMillis()) / 2)
    const { chosen, troubles } = chooseLetters(oldestFirst(letters), now)
    const sent = await sendHeld(
      chosen.map(({ letter }) => letter),
      held,
      deps.queue,
      () => remainingMillis() < millisToGiveBack,
    )
    const report = { seen: letters.length + moved, sentBack: sent.length, moved, held: troubles }
    if (report.seen > 0) deps.log.info('dead letters looked at', report)
    if (failures.length > 0) throw failures[0]
    return report
  })
}

type Looked = { readonly letters: DiagnosedLetter[]; moved: number; readonly failures: unknown[] }

/** Receives dead letters and moves those that need a person. What cannot be moved stays for the next run. */
async function look(
  held: HeldDeadLetters,
  now: Date,
  remainingMillis: () => number,
  { manual, links }: RetryDeps,
): Promise<Looked> {
  const looked: Looked = { letters: [], moved: 0, failures: [] }
  const move = async (leaving: readonly DeadLetter[]): Promise<void> => {
    if (leaving.length > 0) await manual.add(leaving)
    looked.moved += leaving.length
  }
  await held.receive(
    async (batch) => {
      const seen = await Promise.all(batch.map((letter) => diagnosed(letter, links)))
      const isStaying = seen.map((it) => isAutomatic(it.letter, it.diagnosis) || isSignal(it, now))
      looked.letters.push(...seen.filter((_, index) => isStaying[index]))
      try {
        await move(seen.filter((_, index) => !isStaying[index]).map(withReason))
      } catch (error) {
        looked.failures.push(error)
        return batch.map(() => 'keep')
      }
      return isStaying.map((stays) => (stays ? 'keep' : 'remove'))
    },
    () => looked.letters.length >= mostKept || remainingMillis() < millisToAct,
  )
  return looked
}

/** Stores the diagnosis with a dead letter that SQS moved: its record's links may have another failure later. */
function withReason({ letter, diagnosis }: DiagnosedLetter): DeadLetter {
  const { attempts, firstFailedAt } = diagnosis
  if (attempts === null || firstFailedAt === null) return letter
  return { ...letter, failure: { ...diagnosis, attempts, firstFailedAt } }
}
