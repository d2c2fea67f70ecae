import { dynamodbLinks } from '../../aws/customer-links.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { sweep } from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, diagnosed } from '../../core/dead-letters/redrive.ts'
import { type RecordRef, refOf } from '../../core/model/change.ts'
import { type DeadLetterRow, toDeadLetterRow } from '../dead-letters/dead-letter-row.ts'
import type { Stage } from '../stage/stage.ts'

export type RecordDeadLetter = {
  readonly ref: RecordRef
  readonly eventId: string
  readonly row: DeadLetterRow
}

/** The most dead letters of each queue that are looked at: SQS shows a message only by handing it over. */
const mostHeld = 1000

/** The first dead letter that is wanted; null when none was seen. Others cannot see the dead letters meanwhile. */
export async function findDeadLetter(
  stage: Stage,
  isWanted: (ref: RecordRef, eventId: string) => boolean,
): Promise<RecordDeadLetter | null> {
  const { deadLetters, manualDeadLetters } = await stage.findQueues()
  const links = dynamodbLinks(stage.dynamodb, stage.linksTable)
  let found: RecordDeadLetter | null = null
  await sweep(
    sqsDeadLetters(stage.sqs, [deadLetters, manualDeadLetters], { mostHeld }),
    async (letters) => {
      const wanted = letters.find(({ change }) => change && isWanted(refOf(change), change.eventId))
      if (wanted) found = toFound(await diagnosed(wanted, links))
      return letters.map(() => 'keep')
    },
    () => found !== null,
  )
  return found
}

function toFound(it: DiagnosedLetter): RecordDeadLetter | null {
  const { change } = it.letter
  return change && { ref: refOf(change), eventId: change.eventId, row: toDeadLetterRow(it) }
}
