import type { DeadLetters, Verdict } from '../aws/dead-letters.ts'
import type { DeadLetter } from '../aws/read-dead-letter.ts'
import { recordKey } from '../core/change.ts'
import type { ChangeQueue } from '../core/ports.ts'

/**
 * Sends these letters (null: all) to the queue again, and tells their ids, and those it could not read. Each goes as a
 * round of its own, so that the queue takes it although it has seen it before; a pointer still, so whatever is newer by
 * now wins. A change that fails again and comes back while this goes on is not sent a second time.
 */
export async function redriveLetters(
  deadLetters: DeadLetters,
  wanted: ReadonlySet<string> | null,
  queue: ChangeQueue,
): Promise<{ readonly redriven: readonly string[]; readonly unreadable: readonly string[] }> {
  const redriven: string[] = []
  const unreadable: string[] = []
  const sent = new Set<string>()

  const cameBack = ({ change }: DeadLetter) =>
    change !== null && Boolean(change.round) && sent.has(recordKey(change))
  const judge = async (letter: DeadLetter): Promise<Verdict> => {
    if (wanted ? !wanted.has(letter.id) : cameBack(letter)) return 'keep'
    if (!letter.change) {
      unreadable.push(letter.id)
      return 'keep'
    }
    await queue.send([{ ...letter.change, round: (letter.change.round ?? 0) + 1 }])
    redriven.push(letter.id)
    return 'remove'
  }

  await deadLetters.sweep(
    async (letters) => {
      const verdicts = await Promise.all(letters.map(judge))
      for (const { change } of letters) if (change) sent.add(recordKey(change))
      return verdicts
    },
    () => wanted !== null && redriven.length + unreadable.length === wanted.size,
  )
  return { redriven, unreadable }
}
