import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetter, ManualDeadLetters } from '../core/dead-letters/dead-letter.ts'
import { recordKey } from '../core/model/change.ts'
import type { DeadLetterQueue } from '../core/ports/queues.ts'
import { answered, type Entry, sendEntries } from './change-queue.ts'
import { toBody } from './dead-letter-body.ts'
import { hashId } from './sqs-text.ts'

export type DeadLetterQueueUrls = {
  /** Retried automatically; also the redrive target of the queue of changes. */
  readonly deadLetters: string
  /** Needs manual handling. */
  readonly manualDeadLetters: string
}

/** The id of a parked change is a hash of record, event and round, so parking it twice stores one dead letter. */
export function sqsDeadLetterQueue(client: SQSClient, urls: DeadLetterQueueUrls): DeadLetterQueue {
  const send = async (QueueUrl: string, deadLetter: Omit<DeadLetter, 'deadLetteredAt' | 'foreign'>) => {
    const entry = toEntry({ ...deadLetter, deadLetteredAt: null, foreign: null })
    await answered(client, () => client.send(new SendMessageCommand({ QueueUrl, ...entry })))
  }
  return {
    park: (change, failure) => {
      const id = hashId(recordKey(change), change.eventId, change.round ?? 0).slice(0, 32)
      const url = failure.retryable ? urls.deadLetters : urls.manualDeadLetters
      return send(url, { id, change, raw: null, failure })
    },
    parkRaw: ({ messageId, body, group }, failure) =>
      send(urls.manualDeadLetters, { id: messageId, change: null, raw: { body, group }, failure }),
  }
}

/** The queue for manual handling, as the target of moves. */
export function sqsManualDeadLetters(client: SQSClient, queueUrl: string): ManualDeadLetters {
  return { add: (deadLetters) => sendEntries(client, queueUrl, deadLetters.map(toEntry)) }
}

/** Each dead letter has a message group of its own, so that receiving one never blocks another. */
function toEntry(deadLetter: DeadLetter): Entry {
  const key = hashId(deadLetter.id)
  return { MessageBody: toBody(deadLetter), MessageGroupId: key, MessageDeduplicationId: key }
}
