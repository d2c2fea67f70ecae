import type { NotShown } from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, firstWave, oldestFirst } from '../../core/dead-letters/redrive.ts'
import { countEach, failingAgain, outcomeOf, type RedriveOutcome } from './redrive-outcome.ts'
import { look, newRun, type RedriveDeps, type RedriveOptions, send } from './redrive-run.ts'

/** A trouble whose failure came back; `left` dead letters were therefore not sent. */
type StoppedTrouble = { readonly code: string; readonly cameBack: number; readonly left: number }

export type RedriveReport = {
  readonly redriven: readonly string[]
  readonly unreadable: readonly string[]
  readonly stopped: readonly StoppedTrouble[]
  /** Null unless `watch` was set, or when interrupted. */
  readonly outcome: RedriveOutcome | null
  /** Sent and not sent. */
  readonly total: number
  /** What could not be received at first. */
  readonly notShown: NotShown
}

/**
 * Sends dead letters to the queue of changes. In waves: of each trouble (the same failure at the same provider) five, then
 * twice as many, until one comes back with the same failure or its link shows that failure again; the rest of that
 * trouble is not sent. A dead letter that comes back is not sent again. All dead letters are held until the end, so
 * whatever is received in between is new. Returns early when `signal` is aborted.
 */
export function redriveLetters(deps: RedriveDeps, options: RedriveOptions): Promise<RedriveReport> {
  return deps.deadLetters.hold(async (held) => {
    const run = newRun()
    const stopped = new Map<string, number>()
    let isIdle = false
    let notShown: NotShown | undefined
    for (let wave = options.inWaves ? firstWave : Number.POSITIVE_INFINITY, isLast = false; ; wave *= 2) {
      const { back, ...looked } = await look(run, held, deps, options)
      notShown ??= looked
      if (options.inWaves) raise(stopped, countEach(back.map(({ trouble }) => trouble)))
      const goingOn = oldestFirst(run.waiting.values()).filter(({ trouble }) => !stopped.has(trouble))
      const chosen = firstOfEach(goingOn, wave)
      if (isLast || chosen.length === 0 || deps.signal?.aborted) break
      await send(chosen, run, held, deps)
      isLast = goingOn.length === chosen.length && looked.behind === 0
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
      notShown,
    }
  })
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
