import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { type NotShown, sweep } from '../../core/dead-letters/dead-letter.ts'
import { type RecordRef, recordKey, refOf } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Stage } from '../stage/stage.ts'
import type { KnownDeadLetter } from './next-steps.ts'

/** The most dead letters of each queue that are looked at: SQS shows a message only by handing it over. */
const mostHeld = 1000

/** By record: the dead letters of those links that show a failure. Looks for none when there is no failure. */
export async function findDeadLetters(
  links: readonly Link[],
  stage: Stage,
): Promise<ReadonlyMap<string, KnownDeadLetter>> {
  const wanted = new Set(links.filter(({ failure }) => failure).map(({ ref }) => recordKey(ref)))
  if (wanted.size === 0) return new Map()
  const found = new Map<string, KnownDeadLetter>()
  const { elsewhere, behind, full } = await look(stage, (id, ref) => {
    const key = recordKey(ref)
    if (wanted.has(key)) found.set(key, { id })
    return found.size === wanted.size
  })
  const others = elsewhere > 0 || behind > 0 || full ? 'unknown' : 'none'
  return new Map([...wanted].map((key) => [key, found.get(key) ?? others]))
}

/** The id of a dead letter of a record of this id, of any CRM; null when none was seen. */
export async function findDeadLetterOf(recordId: string, stage: Stage): Promise<string | null> {
  let found: string | null = null
  await look(stage, (id, ref) => {
    if (ref.recordId === recordId) found = id
    return found !== null
  })
  return found
}

/** Calls `see` with each dead letter of a record until it returns true. */
async function look(
  { sqs, findQueues }: Stage,
  see: (id: string, ref: RecordRef) => boolean,
): Promise<NotShown> {
  const { deadLetters, manualDeadLetters } = await findQueues()
  let isEnough = false
  return sweep(
    sqsDeadLetters(sqs, [deadLetters, manualDeadLetters], { mostHeld }),
    async (letters) => {
      for (const { id, change } of letters) if (change && see(id, refOf(change))) isEnough = true
      return letters.map(() => 'keep')
    },
    () => isEnough,
  )
}
