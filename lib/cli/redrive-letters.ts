import { recordKey, refOf } from '../core/change.ts'
import { type DeadLetter, type DeadLetters, diagnose, receiveLimit } from '../core/dead-letter.ts'
import type { ChangeQueue, CustomerLinks } from '../core/ports.ts'
import {
  type DiagnosedLetter,
  firstWave,
  lookAtLetters,
  roundOf,
  sendBack,
  troubleOf,
} from '../core/redrive.ts'

type Redriven = { readonly redriven: readonly string[]; readonly unreadable: readonly string[] }

/** A trouble whose failure came back, and how many of its letters were therefore not sent. */
export type StoppedTrouble = { readonly code: string; readonly cameBack: number; readonly left: number }

/** Sends these letters back at once. */
export function redriveLetters(
  deadLetters: DeadLetters,
  ids: ReadonlySet<string>,
  queue: ChangeQueue,
): Promise<Redriven> {
  return sendBack(ids, { deadLetters, queue })
}

type RedriveAllDeps = {
  readonly deadLetters: DeadLetters
  readonly links: CustomerLinks
  readonly queue: ChangeQueue
  /** Waits for what becomes of a wave; true when nothing is left on the queue of changes. */
  readonly settle: () => Promise<boolean>
  /** Told after each wave that others follow. */
  readonly onWave: (sent: number, total: number) => void
}

/** Enough of a wave to tell by whether it fails again; each costs a read. */
const mostAsked = 50

/**
 * Sends all letters back that can be read, of each trouble (the same failure at the same provider) a few first and then
 * twice as many, until one of those sent comes back with the same failure, or is seen to fail with it again: the rest
 * of that trouble stays. With `force` all go at once. None is sent twice, also when it comes back meanwhile.
 */
export async function redriveAll(
  deps: RedriveAllDeps,
  force: boolean,
): Promise<Redriven & { readonly total: number; readonly stopped: readonly StoppedTrouble[] }> {
  const soFar: SoFar = { redriven: [], unreadable: new Set(), known: new Set(), rounds: new Map() }
  const cameBack = new Map<string, number>()
  for (let wave = force ? Number.POSITIVE_INFINITY : firstWave; ; wave *= 2) {
    const { waiting, back } = await lookAgain(soFar, deps)
    if (!force) raise(cameBack, countTroubles(back))
    const goingOn = waiting.filter(({ trouble }) => !cameBack.has(trouble))
    const chosen = [...Map.groupBy(goingOn, ({ trouble }) => trouble).values()].flatMap((members) =>
      members.slice(0, wave),
    )
    const sent = await sendWave(chosen, soFar, deps)
    const { redriven } = soFar
    const total = redriven.length + waiting.length - sent
    if (sent === 0 || goingOn.length === chosen.length) {
      const unreadable = [...soFar.unreadable]
      return { redriven, unreadable, total, stopped: stoppedOf(cameBack, waiting) }
    }
    deps.onWave(redriven.length, total)
    if (!(await deps.settle())) raise(cameBack, await failingAgain(chosen, deps.links))
  }
}

type SoFar = {
  readonly redriven: string[]
  readonly unreadable: Set<string>
  /** Letters that were there before their record's was sent. */
  readonly known: Set<string>
  /** The round in which a letter of the record was sent. */
  readonly rounds: Map<string, number>
}

/** The letters that have not been sent, and those that have come back. */
async function lookAgain({ known, rounds, unreadable }: SoFar, { deadLetters, links }: RedriveAllDeps) {
  const isBack = ({ letter }: DiagnosedLetter) =>
    !known.has(letter.id) && roundOf(letter) >= sentRound(letter, rounds)
  const letters = await lookAtLetters(deadLetters, links)
  const readable = letters.filter(({ letter }) => letter.change)
  const waiting = readable.filter((it) => !isBack(it))
  const back = readable.filter(isBack)
  for (const { letter } of letters) if (!letter.change) unreadable.add(letter.id)
  for (const { letter } of waiting) known.add(letter.id)
  return { waiting, back }
}

async function sendWave(
  chosen: readonly DiagnosedLetter[],
  { redriven, rounds }: SoFar,
  { deadLetters, queue }: RedriveAllDeps,
): Promise<number> {
  const sent = await redriveLetters(deadLetters, new Set(chosen.map(({ letter }) => letter.id)), queue)
  redriven.push(...sent.redriven)
  for (const { letter } of chosen) {
    if (letter.change) rounds.set(recordKey(letter.change), roundOf(letter) + 1)
  }
  return sent.redriven.length
}

/** The round that a letter of this record was sent in; never, where none was. */
function sentRound({ change }: DeadLetter, rounds: ReadonlyMap<string, number>): number {
  return (change && rounds.get(recordKey(change))) ?? Number.POSITIVE_INFINITY
}

function countTroubles(letters: readonly { readonly trouble: string }[]): Map<string, number> {
  const groups = Map.groupBy(letters, ({ trouble }) => trouble)
  return new Map([...groups].map(([trouble, members]) => [trouble, members.length]))
}

function raise(counts: Map<string, number>, seen: ReadonlyMap<string, number>): void {
  for (const [trouble, count] of seen) counts.set(trouble, Math.max(count, counts.get(trouble) ?? 0))
}

/**
 * The changes sent that are still being tried, by what they fail with now. The link tells it minutes before a change
 * becomes a dead letter again; what it said already when the letter was sent is no news.
 */
async function failingAgain(
  sent: readonly DiagnosedLetter[],
  links: CustomerLinks,
): Promise<ReadonlyMap<string, number>> {
  const asked = sent.slice(0, mostAsked).map(async ({ letter, diagnosis }) => {
    if (!letter.change) return []
    const now = diagnose({ ...letter, failure: null }, await links.findLinks(refOf(letter.change)))
    const isNews =
      now.code !== receiveLimit.code &&
      (now.firstFailedAt !== diagnosis.firstFailedAt || now.attempts !== diagnosis.attempts)
    return isNews ? [{ trouble: troubleOf(letter, now) }] : []
  })
  return countTroubles((await Promise.all(asked)).flat())
}

function stoppedOf(
  cameBack: ReadonlyMap<string, number>,
  waiting: readonly DiagnosedLetter[],
): StoppedTrouble[] {
  const left = Map.groupBy(waiting, ({ trouble }) => trouble)
  return [...cameBack].flatMap(([trouble, count]) => {
    const [first, ...others] = left.get(trouble) ?? []
    return first ? [{ code: first.diagnosis.code, cameBack: count, left: others.length + 1 }] : []
  })
}
