import { dynamodbLinks } from '../../aws/customer-links.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { type DeadLetter, type NotShown, sweep } from '../../core/dead-letters/dead-letter.ts'
import { diagnosed } from '../../core/dead-letters/redrive.ts'
import { type RecordRef, refOf } from '../../core/model/change.ts'
import type { Stage } from '../stage/stage.ts'
import { type DeadLetterRow, toDeadLetterRow } from './dead-letter-row.ts'

export type RecordDeadLetter = {
  readonly ref: RecordRef
  readonly eventId: string
  readonly row: DeadLetterRow
}

/** The most dead letters of each queue that are looked at: SQS shows a message only by handing it over. */
const mostHeld = 1000

/**
 * Calls `see` with each dead letter that names a record and an event, until it returns true. Others cannot see the dead letters
 * meanwhile.
 */
export async function lookAtDeadLetters(
  { sqs, findQueues }: Stage,
  see: (letter: DeadLetter, ref: RecordRef, eventId: string) => boolean,
): Promise<NotShown> {
  const { deadLetters, manualDeadLetters } = await findQueues()
  let isEnough = false
  return sweep(
    sqsDeadLetters(sqs, [deadLetters, manualDeadLetters], { mostHeld }),
    async (letters) => {
      for (const letter of letters) {
        const { change } = letter
        if (change && see(letter, refOf(change), change.eventId)) isEnough = true
      }
      return letters.map(() => 'keep')
    },
    () => isEnough,
  )
}

/** A dead letter that is wanted; null when none was seen. */
export async function findDeadLetter(
  stage: Stage,
  isWanted: (ref: RecordRef, eventId: string) => boolean,
): Promise<RecordDeadLetter | null> {
  const found: { readonly letter: DeadLetter; readonly ref: RecordRef; readonly eventId: string }[] = []
  await lookAtDeadLetters(stage, (letter, ref, eventId) => {
    if (isWanted(ref, eventId)) found.push({ letter, ref, eventId })
    return found.length > 0
  })
  const [first] = found
  if (!first) return null
  const { letter, ref, eventId } = first
  const links = dynamodbLinks(stage.dynamodb, stage.linksTable)
  return { ref, eventId, row: toDeadLetterRow(await diagnosed(letter, links)) }
}
