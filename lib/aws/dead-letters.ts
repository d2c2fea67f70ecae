import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { DeadLetter, DeadLetters } from '../core/dead-letter.ts'
import { answered } from './change-queue.ts'
import { readDeadLetter } from './read-dead-letter.ts'

/** How long a letter stays out of others' sight while it is looked at. */
const visibilitySeconds = 30
/** A FIFO queue answers "nothing" now and then although there is something. */
const emptyReceivesAtEnd = 2
const batchSize = 10

type Received = { readonly letter: DeadLetter; readonly receipt: string }

/** The dead-letter queue as it can be looked at: SQS has no way but to receive, so all is received and given back. */
export function sqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async sweep(judge, enough = () => false) {
      const kept = new Map<string, string>()
      const seen = new Set<string>()
      try {
        for (let empty = 0; empty < emptyReceivesAtEnd && !enough(); ) {
          // The second look is a long one, which asks every server of the queue.
          const received = await receive(client, queueUrl, empty)
          // Whoever takes longer than the visibility timeout meets the first letters again.
          const fresh = received.filter(({ letter }) => !seen.has(letter.id))
          for (const { letter, receipt } of received) kept.set(letter.id, receipt)
          for (const { letter } of fresh) seen.add(letter.id)
          empty = fresh.length === 0 ? empty + 1 : 0
          if (fresh.length === 0) continue
          const verdicts = await judge(fresh.map(({ letter }) => letter))
          const removed = fresh.filter((_, index) => verdicts[index] === 'remove')
          await remove(client, queueUrl, removed)
          for (const { letter } of removed) kept.delete(letter.id)
        }
      } finally {
        await giveBack(client, queueUrl, [...kept.values()])
      }
    },
  }
}

async function receive(client: SQSClient, QueueUrl: string, waitSeconds: number): Promise<Received[]> {
  const { Messages = [] } = await answered(client, () =>
    client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: visibilitySeconds,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    ),
  )
  return Messages.map((message: Message) => ({
    letter: readDeadLetter(message.MessageId ?? '', message.Body ?? '', message.Attributes?.SentTimestamp),
    receipt: message.ReceiptHandle ?? '',
  }))
}

async function remove(client: SQSClient, QueueUrl: string, letters: readonly Received[]): Promise<void> {
  if (letters.length === 0) return
  const Entries = letters.map(({ receipt }, index) => ({
    Id: String(index),
    ReceiptHandle: receipt,
  }))
  const { Failed = [] } = await answered(client, () =>
    client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
  )
  if (Failed.length === 0) return
  const ids = Failed.map(({ Id }) => letters[Number(Id)]?.letter.id).join(', ')
  throw new Error(`the dead-letter queue did not remove ${ids}: look at it again, then repeat`)
}

/** What cannot be given back comes back by itself after the visibility timeout. */
async function giveBack(client: SQSClient, QueueUrl: string, receipts: readonly string[]): Promise<void> {
  for (let from = 0; from < receipts.length; from += batchSize) {
    const Entries = receipts.slice(from, from + batchSize).map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    await answered(client, () => client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })))
  }
}
