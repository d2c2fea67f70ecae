import {
  type DeadLetters,
  type HeldDeadLetters,
  isRedrivable,
  type NotShown,
  roundOf,
} from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, diagnosed, sendHeld } from '../../core/dead-letters/redrive.ts'
import type { CustomerLinks } from '../../core/ports/customer-links.ts'
import type { RedriveQueue } from '../../core/ports/queues.ts'
import { hasComeBack, keyOf, type SentLetter } from './redrive-outcome.ts'

export type RedriveDeps = {
  readonly deadLetters: DeadLetters
  readonly links: CustomerLinks
  readonly queue: RedriveQueue
  /** Waits for the outcome of a wave. Resolves with true when the queue of changes is empty. */
  readonly settle: () => Promise<boolean>
  /** Called before the outcome of a wave is awaited. */
  readonly onWave: (sent: number, total: number) => void
  readonly signal?: AbortSignal
}

export type RedriveOptions = {
  readonly wants: (it: DiagnosedLetter) => boolean
  /** If set, only these are considered. */
  readonly ids?: ReadonlySet<string> | undefined
  /** A few of each trouble first, then more, until its failure comes back; otherwise all at once. */
  readonly inWaves: boolean
  /** Also wait for the outcome of the last wave. */
  readonly watch: boolean
}

/** What a redrive has seen and sent so far. */
export type RedriveRun = {
  readonly waiting: Map<string, DiagnosedLetter>
  readonly sent: SentLetter[]
  /** Sent, and dead-lettered again. */
  readonly back: DiagnosedLetter[]
  readonly unreadable: Set<string>
  /** By record: the lowest round number that was sent. */
  readonly rounds: Map<string, number>
}

export const newRun = (): RedriveRun => ({
  waiting: new Map(),
  sent: [],
  back: [],
  unreadable: new Set(),
  rounds: new Map(),
})

/** Receives new dead letters: those to be sent, and those that came back. */
export async function look(
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

export async function send(
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
