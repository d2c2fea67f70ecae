import { refOf } from './change.ts'
import { type DeadLetter, type DeadLetters, type Diagnosis, diagnose, type Verdict } from './dead-letter.ts'
import type { ChangeQueue, CustomerLinks } from './ports.ts'

/** How many letters of one trouble go back first; each further wave is twice as large. */
export const firstWave = 5

/** A letter with its reason. */
export type DiagnosedLetter = {
  readonly letter: DeadLetter
  readonly diagnosis: Diagnosis
  /** What letters have in common that fail for the same reason. */
  readonly trouble: string
}

/** The same failure of the same provider; where none was reached, of the same CRM. */
export function troubleOf({ change }: DeadLetter, { provider, code }: Diagnosis): string {
  return `${provider ?? change?.source ?? 'unknown'} ${code}`
}

/**
 * The letters in the queue, each with its reason, those that have lain there longest first. A letter that the queue
 * itself moved costs a read of its record's links. Ends early once `enough` says so, given how many were seen.
 */
export async function lookAtLetters(
  deadLetters: DeadLetters,
  links: CustomerLinks,
  enough: (seen: number) => boolean = () => false,
): Promise<readonly DiagnosedLetter[]> {
  const seen: DiagnosedLetter[] = []
  await deadLetters.sweep(
    async (letters) => {
      seen.push(...(await Promise.all(letters.map((letter) => diagnosed(letter, links)))))
      return letters.map(() => 'keep')
    },
    () => enough(seen.length),
  )
  return seen.toSorted(
    (a, b) => timeOf(a.letter) - timeOf(b.letter) || a.letter.id.localeCompare(b.letter.id),
  )
}

/** A letter that the queue itself moved costs a read of its record's links. */
export async function diagnosed(letter: DeadLetter, links: CustomerLinks): Promise<DiagnosedLetter> {
  const wasMoved = letter.change !== null && letter.failure === null
  const diagnosis = diagnose(letter, wasMoved ? await links.findLinks(refOf(letter.change)) : [])
  return { letter, diagnosis, trouble: troubleOf(letter, diagnosis) }
}

/** How often the letter has been through this. */
export function roundOf({ change }: DeadLetter): number {
  return change?.round ?? 0
}

/** Milliseconds. Where the queue did not say when it took the letter, the time of the change is the best there is. */
export function timeOf({ deadLetteredAt, change }: DeadLetter): number {
  return Date.parse(deadLetteredAt ?? change?.receivedAt ?? '1970-01-01T00:00:00Z')
}

/**
 * Sends these letters to the queue of changes again, then removes them; tells their ids, and those it could not read,
 * which stay. Each goes as a round of its own, so that the queue takes it although it has seen it before, and as the
 * pointer it is, so that whatever is newer by now wins. A crash between the two leaves a letter that is sent once more.
 */
export async function sendBack(
  ids: ReadonlySet<string>,
  { deadLetters, queue }: { readonly deadLetters: DeadLetters; readonly queue: ChangeQueue },
  enough: () => boolean = () => false,
): Promise<{ readonly redriven: readonly string[]; readonly unreadable: readonly string[] }> {
  const redriven: string[] = []
  const unreadable: string[] = []
  await deadLetters.sweep(
    async (letters) => {
      const wanted = letters.filter(({ id }) => ids.has(id))
      const changes = wanted.flatMap((letter) =>
        letter.change ? [{ ...letter.change, round: roundOf(letter) + 1 }] : [],
      )
      if (changes.length > 0) await queue.send(changes)
      for (const { id, change } of wanted) (change ? redriven : unreadable).push(id)
      return letters.map(({ id, change }): Verdict => (ids.has(id) && change ? 'remove' : 'keep'))
    },
    () => redriven.length + unreadable.length === ids.size || enough(),
  )
  return { redriven, unreadable }
}
