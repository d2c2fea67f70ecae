import {
  type DeadLetters,
  type HeldDeadLetters,
  isRedrivable,
  type NotShown,
  roundOf,
} from '../core/dead-letter.ts'
import type { CustomerLinks, RedriveQueue } from '../core/ports.ts'
import { type DiagnosedLetter, diagnosed, firstWave, oldestFirst, sendHeld } from '../core/redrive.ts'
import {
  countEach,
  failingAgain,
  hasComeBack,
  keyOf,
  outcomeOf,
  type RedriveOutcome,
  type SentLetter,
} from './redrive-outcome.ts'

export type RedriveDeps = {
  readonly deadLetters: DeadLetters
  readonly links: CustomerLinks
  readonly queue: RedriveQueue
  /** Waits for what becomes of a wave; true when nothing is left on the queue of changes. */
  readonly settle: () => Promise<boolean>
  /** Told after each wave that is waited for. */
  readonly onWave: (sent: number, total: number) => void
  readonly signal?: AbortSignal
}

export type RedriveOptions = {
  readonly wants: (it: DiagnosedLetter) => boolean
  /** The ids that are wanted, where these are known: no other is diagnosed. */
  readonly ids?: ReadonlySet<string> | undefined
  /** A few of each trouble first, then more, until its failure comes back; else all at once. */
  readonly inWaves: boolean
  /** Sees what becomes of the last ones too. */
  readonly watch: boolean
}

/** A trouble whose failure came back, and how many of its dead letters were therefore not sent. */
type StoppedTrouble = { readonly code: string; readonly cameBack: number; readonly left: number }

export type RedriveReport = {
  readonly redriven: readonly string[]
  readonly unreadable: readonly string[]
  readonly stopped: readonly StoppedTrouble[]
  /** Null when nobody waited for it. */
  readonly outcome: RedriveOutcome | null
  /** With those that were not sent. */
  readonly total: number
}

/**
 * Sends dead letters back; in waves, of each trouble (the same failure at the same provider) a few first and then twice as
 * many, until one of those sent comes back with the same failure, or is seen to fail with it again: the rest of that
 * trouble stays. None is sent twice, also when it comes back meanwhile. All dead letters are held until the end, so
 * whatever can be received meanwhile is new. Ends early, with what it has, when `signal` is aborted.
 */
export function redriveLetters(deps: RedriveDeps, options: RedriveOptions): Promise<RedriveReport> {
  return deps.deadLetters.hold(async (held) => {
    const run = newRun()
    const stopped = new Map<string, number>()
    let isIdle = false
    for (let wave = options.inWaves ? firstWave : Number.POSITIVE_INFINITY; ; wave *= 2) {
      const { behind, back } = await look(run, held, deps, options)
      if (options.inWaves) raise(stopped, countEach(back.map(({ trouble }) => trouble)))
      const goingOn = oldestFirst(run.waiting.values()).filter(({ trouble }) => !stopped.has(trouble))
      const chosen = firstOfEach(goingOn, wave)
      if (chosen.length === 0 || deps.signal?.aborted) break
      await send(chosen, run, held, deps)
      const isLast = goingOn.length === chosen.length && behind === 0
      if (isLast && !options.watch) break
      deps.onWave(run.sent.length, run.sent.length + run.waiting.size)
      isIdle = await deps.settle()
      if (deps.signal?.aborted) break
      if (!isIdle && options.inWaves) raise(stopped, await failingAgain(chosen, deps.links))
    }
    const { sent, waiting, back, unreadable } = run
    const isWatched = options.watch && sent.length > 0 && !deps.signal?.aborted
    return {
      redriven: sent.map(({ letter }) => letter.id),
      unreadable: [...unreadable],
      stopped: stoppedOf(stopped, [...waiting.values()]),
      outcome: isWatched ? await outcomeOf(sent, back, isIdle, deps.links) : null,
      total: sent.length + waiting.size,
    }
  })
}

type RedriveRun = {
  readonly waiting: Map<string, DiagnosedLetter>
  readonly sent: SentLetter[]
  /** Dead letters that were sent and have come back. */
  readonly back: DiagnosedLetter[]
  readonly unreadable: Set<string>
  /** The first round in which one of a record was sent. */
  readonly rounds: Map<string, number>
}

const newRun = (): RedriveRun => ({
  waiting: new Map(),
  sent: [],
  back: [],
  unreadable: new Set(),
  rounds: new Map(),
})

/** Receives what is new: dead letters to be sent, and those that have come back. */
async function look(
  { waiting, back, unreadable, rounds }: RedriveRun,
  held: HeldDeadLetters,
  { links }: RedriveDeps,
  { wants, ids, watch, inWaves }: RedriveOptions,
): Promise<NotShown & { readonly back: readonly DiagnosedLetter[] }> {
  const before = back.length
  const notShown = await held.receive(
    async (letters) => {
      const wanted = letters.filter((letter) => hasComeBack(letter, rounds) || (ids?.has(letter.id) ?? true))
      for (const it of await Promise.all(wanted.map((letter) => diagnosed(letter, links)))) {
        const { letter } = it
        if (hasComeBack(letter, rounds)) back.push(it)
        else if (!wants(it)) continue
        else if (isRedrivable(letter)) waiting.set(letter.id, it)
        else unreadable.add(letter.id)
      }
      return letters.map(() => 'keep')
    },
    () => !watch && !inWaves && ids !== undefined && waiting.size + unreadable.size === ids.size,
  )
  return { ...notShown, back: back.slice(before) }
}

async function send(
  chosen: readonly DiagnosedLetter[],
  { waiting, sent, rounds }: RedriveRun,
  held: HeldDeadLetters,
  { queue, signal }: RedriveDeps,
): Promise<void> {
  const sentAt = new Date()
  for (const { letter } of chosen) {
    const key = keyOf(letter)
    rounds.set(key, Math.min(roundOf(letter) + 1, rounds.get(key) ?? Number.POSITIVE_INFINITY))
  }
  const ids = await sendHeld(
    chosen.map(({ letter }) => letter),
    held,
    queue,
    () => signal?.aborted === true,
  )
  for (const id of ids) {
    const it = waiting.get(id)
    if (it) sent.push({ ...it, sentAt })
    waiting.delete(id)
  }
}

function firstOfEach(letters: readonly DiagnosedLetter[], most: number): readonly DiagnosedLetter[] {
  return [...Map.groupBy(letters, ({ trouble }) => trouble).values()].flatMap((members) =>
    members.slice(0, most),
  )
}

function raise(counts: Map<string, number>, seen: ReadonlyMap<string, number>): void {
  for (const [trouble, count] of seen) counts.set(trouble, Math.max(count, counts.get(trouble) ?? 0))
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
