import { refOf } from '../model/change.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { RedriveQueue } from '../ports/queues.ts'
import {
  type DeadLetter,
  type DeadLetters,
  type Diagnosis,
  diagnose,
  type HeldDeadLetters,
  isRedrivable,
  roundOf,
  sweep,
  type Verdict,
} from './dead-letter.ts'

/** How many dead letters with the same failure are redriven first; each further wave is twice as large. */
export const firstWave = 5

/** Dead letters are removed after they are sent; after a crash in between, at most this many are sent twice. */
const sentAtOnce = 100

/** A dead letter with its reason. */
export type DiagnosedLetter = {
  readonly letter: DeadLetter
  readonly diagnosis: Diagnosis
  /** Equal for dead letters with the same failure. */
  readonly trouble: string
}

/** The provider, or the CRM if no provider was called, and the error code. */
export function troubleOf({ change }: DeadLetter, { provider, code }: Diagnosis): string {
  return `${provider ?? change?.source ?? 'unknown'} ${code}`
}

/** Adds the diagnosis. For a dead letter that SQS moved, this reads the record's links. */
export async function diagnosed(letter: DeadLetter, links: CustomerLinks): Promise<DiagnosedLetter> {
  const wasMoved = letter.change !== null && letter.failure === null
  const diagnosis = diagnose(letter, wasMoved ? await links.findLinks(refOf(letter.change)) : [])
  return { letter, diagnosis, trouble: troubleOf(letter, diagnosis) }
}

/** When it was dead-lettered, in milliseconds; if that is unknown, when the change was received. */
export function timeOf({ deadLetteredAt, change }: DeadLetter): number {
  return Date.parse(deadLetteredAt ?? change?.receivedAt ?? '1970-01-01T00:00:00Z')
}

/** Sorted by the time they were dead-lettered. */
export function oldestFirst(letters: Iterable<DiagnosedLetter>): DiagnosedLetter[] {
  return [...letters].sort(
    (a, b) => timeOf(a.letter) - timeOf(b.letter) || a.letter.id.localeCompare(b.letter.id),
  )
}

/**
 * Sends held dead letters to the queue of changes and removes them, a hundred at a time, until `isOver` returns true. Returns
 * the ids that were sent. Each change gets the next round number, so that SQS does not drop it as a duplicate. After a crash
 * between sending and removing, a dead letter is sent again; that is harmless because a change is a pointer.
 */
export async function sendHeld(
  letters: readonly DeadLetter[],
  held: HeldDeadLetters,
  queue: RedriveQueue,
  isOver: () => boolean = () => false,
): Promise<readonly string[]> {
  const sent: string[] = []
  for (let from = 0; from < letters.length && !isOver(); from += sentAtOnce) {
    const batch = letters.slice(from, from + sentAtOnce)
    await send(batch, queue)
    await held.remove(batch.map(({ id }) => id))
    sent.push(...batch.map(({ id }) => id))
  }
  return sent
}

/** Finds the dead letters with these ids and sends them as `sendHeld` does. `unreadable` are those that cannot be redriven. */
export async function sendBack(
  ids: ReadonlySet<string>,
  { deadLetters, queue }: { readonly deadLetters: DeadLetters; readonly queue: RedriveQueue },
): Promise<{ readonly redriven: readonly string[]; readonly unreadable: readonly string[] }> {
  const redriven = new Set<string>()
  const unreadable = new Set<string>()
  await sweep(
    deadLetters,
    async (letters) => {
      const wanted = letters.filter(({ id }) => ids.has(id))
      await send(wanted.filter(isRedrivable), queue)
      for (const letter of wanted) (isRedrivable(letter) ? redriven : unreadable).add(letter.id)
      return letters.map(({ id }): Verdict => (redriven.has(id) ? 'remove' : 'keep'))
    },
    () => redriven.size + unreadable.size === ids.size,
  )
  return { redriven: [...redriven], unreadable: [...unreadable] }
}

async function send(letters: readonly DeadLetter[], queue: RedriveQueue): Promise<void> {
  const changes = letters.flatMap((letter) =>
    letter.change ? [{ ...letter.change, round: roundOf(letter) + 1 }] : [],
  )
  const messages = letters.flatMap(({ id, raw }) => (raw ? [{ ...raw, key: id }] : []))
  if (changes.length > 0) await queue.send(changes)
  if (messages.length > 0) await queue.sendRaw(messages)
}
