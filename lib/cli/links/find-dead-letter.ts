import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { sweep } from '../../core/dead-letters/dead-letter.ts'
import { recordKey, refOf } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Stage } from '../stage/stage.ts'
import type { KnownDeadLetter } from './next-steps.ts'

/** The most dead letters of each queue that are looked at: SQS shows a message only by handing it over. */
const mostHeld = 1000

/** By record: the dead letters of those links that show a failure. Looks for none when there is no failure. */
export async function findDeadLetters(
  links: readonly Link[],
  { sqs, findQueues }: Stage,
): Promise<ReadonlyMap<string, KnownDeadLetter>> {
  const wanted = new Set(links.filter(({ failure }) => failure).map(({ ref }) => recordKey(ref)))
  if (wanted.size === 0) return new Map()
  const { deadLetters, manualDeadLetters } = await findQueues()
  const found = new Map<string, KnownDeadLetter>()
  const { elsewhere, behind, full } = await sweep(
    sqsDeadLetters(sqs, [deadLetters, manualDeadLetters], { mostHeld }),
    async (letters) => {
      for (const { id, change } of letters) {
        const key = change && recordKey(refOf(change))
        if (key && wanted.has(key)) found.set(key, { id })
      }
      return letters.map(() => 'keep')
    },
    () => found.size === wanted.size,
  )
  const others = elsewhere > 0 || behind > 0 || full ? 'unknown' : 'none'
  return new Map([...wanted].map((key) => [key, found.get(key) ?? others]))
}
