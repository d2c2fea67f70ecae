import { type DeadLetters, receiveLimit } from './dead-letter.ts'
import type { ChangeQueue, Clock, CustomerLinks, Log } from './ports.ts'
import { type DiagnosedLetter, firstWave, lookAtLetters, roundOf, sendBack, timeOf } from './redrive.ts'

/** What comes back more often than this waits for a person. */
export const mostRounds = 3
/** How long a letter rests before it goes back, by the rounds it has been through. */
const restMillis = [15 * 60_000, 3_600_000, 4 * 3_600_000] as const
/** How long a trouble is left alone once its failure has come back. */
const holdMillis = 3_600_000
/** How long a wave is given to fail before the next one, which is twice as large, follows: the schedule's interval. */
const waveMillis = 15 * 60_000
const largestWave = 640
/** One run looks at so many letters; those that are kept for a person must not make it endless. */
const mostSeen = 5000
/** Looking ends while there is time to give back what was looked at; sending, while there is time to remove it. */
const millisToGiveBack = 30_000
const millisToRemove = 10_000

export type RetryDeps = {
  readonly deadLetters: DeadLetters
  readonly links: CustomerLinks
  readonly queue: ChangeQueue
  readonly clock: Clock
  readonly log: Log
}

export type RetryReport = {
  readonly seen: number
  readonly sentBack: number
  /** Troubles that wait because their failure has come back. */
  readonly held: readonly string[]
}

/**
 * Sends back the dead letters that may get through by now; run it every quarter of an hour. Everything it needs to know
 * lies in the queue, so a run that fails or comes twice does no harm: letters are sent before they are removed, and are
 * pointers. What may go is decided for each trouble (the same failure at the same provider) by itself:
 *
 * - Only what trying again may help, and at most three rounds of it: the rest waits for a person.
 * - A letter rests first: a quarter of an hour, then an hour, then four.
 * - A few go first, the oldest five. With every further quarter of an hour that the oldest one left has been waiting
 *   rested, twice as many.
 * - A letter that has come back from an earlier round says that the trouble is still there: for an hour no letter of
 *   that trouble goes, and then a few go first again.
 * - What the queue itself gave up without anybody's word takes hours to come back: never more than a few at once.
 */
export async function retryDeadLetters(remainingMillis: () => number, deps: RetryDeps): Promise<RetryReport> {
  const letters = await lookAtLetters(
    deps.deadLetters,
    deps.links,
    (seen) => seen >= mostSeen || remainingMillis() < millisToGiveBack,
  )
  const { chosen, held } = chooseLetters(letters, deps.clock.now())
  const { redriven } =
    chosen.length === 0
      ? { redriven: [] }
      : await sendBack(
          new Set(chosen.map(({ letter }) => letter.id)),
          deps,
          () => remainingMillis() < millisToRemove,
        )
  const report = { seen: letters.length, sentBack: redriven.length, held }
  if (letters.length > 0) deps.log.info('dead letters looked at', report)
  return report
}

function chooseLetters(
  letters: readonly DiagnosedLetter[],
  now: Date,
): { readonly chosen: readonly DiagnosedLetter[]; readonly held: readonly string[] } {
  const waves = [...Map.groupBy(letters, ({ trouble }) => trouble)].map(([trouble, members]) => {
    const heldUntil = Math.max(...members.filter(cameBack).map(({ letter }) => timeOf(letter) + holdMillis))
    const isHeld = heldUntil > now.getTime() && members.some(mayGo)
    const rested = members.filter((member) => mayGo(member) && restedAt(member) <= now.getTime())
    return { trouble, isHeld, chosen: isHeld ? [] : rested.slice(0, waveSize(rested, heldUntil, now)) }
  })
  return {
    chosen: waves.flatMap(({ chosen }) => chosen),
    held: waves.flatMap(({ trouble, isHeld }) => (isHeld ? [trouble] : [])),
  }
}

function waveSize(rested: readonly DiagnosedLetter[], heldUntil: number, now: Date): number {
  if (rested.some(({ diagnosis }) => diagnosis.code === receiveLimit.code)) return firstWave
  const since = Math.max(heldUntil, Math.min(...rested.map(restedAt)))
  const waves = Math.floor((now.getTime() - since) / waveMillis)
  return Math.min(largestWave, firstWave * 2 ** waves)
}

function mayGo({ letter, diagnosis }: DiagnosedLetter): boolean {
  return letter.change !== null && diagnosis.retryable && roundOf(letter) < mostRounds
}

function cameBack({ letter }: DiagnosedLetter): boolean {
  return roundOf(letter) > 0
}

function restedAt({ letter }: DiagnosedLetter): number {
  return timeOf(letter) + (restMillis[Math.min(roundOf(letter), restMillis.length - 1)] ?? 0)
}
