import {
  type DeadLetter,
  type DeadLetters,
  type HeldDeadLetters,
  isAutomatic,
  type ManualDeadLetters,
  receiveLimit,
  roundOf,
} from './dead-letter.ts'
import type { Clock, CustomerLinks, Log, RedriveQueue } from './ports.ts'
import { type DiagnosedLetter, diagnosed, firstWave, oldestFirst, sendHeld, timeOf } from './redrive.ts'

/** How long a dead letter rests before it goes back, by the rounds it has been through. */
const restMillis = [15 * 60_000, 3_600_000, 4 * 3_600_000] as const
/** How long a trouble is left alone once its failure has come back. */
const holdMillis = 3_600_000
/** How long a wave is given to fail before the next one, which is twice as large, follows: the schedule's interval. */
const waveMillis = 15 * 60_000
const largestWave = 640
/** After that, what has come back makes no difference to the size of a wave. */
const signMillis = holdMillis + waveMillis * Math.log2(largestWave / firstWave)
/** One run keeps so many in memory. */
const mostKept = 10_000
/** Looking ends while there is time to act on what was looked at. */
const millisToAct = 30_000
/** Sending ends while there is time to give the others back: half of what looking took, and at least so much. */
const leastMillisToGiveBack = 10_000

export type RetryDeps = {
  /** The queue of those that are retried, and of those that the queue of changes gave up. */
  readonly deadLetters: DeadLetters
  /** Where those go that wait for a person. */
  readonly manual: ManualDeadLetters
  readonly links: CustomerLinks
  readonly queue: RedriveQueue
  readonly clock: Clock
  readonly log: Log
}

export type RetryReport = {
  readonly seen: number
  readonly sentBack: number
  /** Moved to those that wait for a person. */
  readonly moved: number
  /** Troubles that wait because their failure has come back. */
  readonly held: readonly string[]
}

/**
 * Sends back the dead letters that may get through by now; run it every quarter of an hour. Everything it needs to know
 * lies in the queue, so a run that fails or comes twice does no harm: dead letters are sent before they are removed, and
 * are pointers. What no retry will take is moved to the queue of those that wait for a person, so that however many of
 * them there are, none stands before those that can be retried. What goes back is decided for each trouble (the same
 * failure at the same provider) by itself:
 *
 * - Only what trying again may help, and at most three rounds of it: the rest waits for a person.
 * - A dead letter rests first: a quarter of an hour, then an hour, then four.
 * - A few go first, the oldest five. With every further quarter of an hour that the oldest one left has been waiting
 *   rested, twice as many.
 * - One that has come back from an earlier round says that the trouble is still there: for an hour none of that trouble
 *   goes, and then a few go first again. For as long as that makes a difference it stays, also after its last round.
 * - What the queue itself gave up without anybody's word takes hours to come back: never more than a few at once.
 *
 * Throws the first error of moving only once everything else is done.
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

/** What may go back now or later; what never will is moved away. What cannot be moved stays, and is seen again. */
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
      const isStaying = seen.map((it) => isAutomatic(it.letter, it.diagnosis) || isSign(it, now))
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

/** It has come back lately from its last round: the trouble is still there. */
function isSign({ letter, diagnosis }: DiagnosedLetter, now: Date): boolean {
  return letter.change !== null && diagnosis.retryable && timeOf(letter) + signMillis > now.getTime()
}

/** What was found out about one that the queue itself moved goes along, as the links say something else tomorrow. */
function withReason({ letter, diagnosis }: DiagnosedLetter): DeadLetter {
  const { attempts, firstFailedAt } = diagnosis
  if (attempts === null || firstFailedAt === null) return letter
  return { ...letter, failure: { ...diagnosis, attempts, firstFailedAt } }
}

function chooseLetters(
  letters: readonly DiagnosedLetter[],
  now: Date,
): { readonly chosen: readonly DiagnosedLetter[]; readonly troubles: readonly string[] } {
  const waves = [...Map.groupBy(letters, ({ trouble }) => trouble)].map(([trouble, members]) => {
    const heldUntil =
      members.filter(cameBack).reduce((last, it) => Math.max(last, timeOf(it.letter)), 0) + holdMillis
    const isHeld = heldUntil > now.getTime() && members.some(mayGo)
    const rested = members.filter((member) => mayGo(member) && restedAt(member) <= now.getTime())
    return { trouble, isHeld, chosen: isHeld ? [] : rested.slice(0, waveSize(rested, heldUntil, now)) }
  })
  return {
    chosen: waves.flatMap(({ chosen }) => chosen),
    troubles: waves.flatMap(({ trouble, isHeld }) => (isHeld ? [trouble] : [])),
  }
}

function waveSize(rested: readonly DiagnosedLetter[], heldUntil: number, now: Date): number {
  if (rested.some(({ diagnosis }) => diagnosis.code === receiveLimit.code)) return firstWave
  const since = Math.max(
    heldUntil,
    rested.reduce((first, it) => Math.min(first, restedAt(it)), now.getTime()),
  )
  const waves = Math.floor((now.getTime() - since) / waveMillis)
  return Math.min(largestWave, firstWave * 2 ** waves)
}

function mayGo({ letter, diagnosis }: DiagnosedLetter): boolean {
  return isAutomatic(letter, diagnosis)
}

function cameBack({ letter }: DiagnosedLetter): boolean {
  return roundOf(letter) > 0
}

function restedAt({ letter }: DiagnosedLetter): number {
  return timeOf(letter) + (restMillis[Math.min(roundOf(letter), restMillis.length - 1)] ?? 0)
}
