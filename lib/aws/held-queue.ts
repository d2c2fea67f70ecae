import { randomUUID } from 'node:crypto'
import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { NotShown } from '../core/dead-letters/dead-letter.ts'
import { inParallel } from '../support/in-parallel.ts'
import { repeat } from '../support/repeat.ts'
import { answered, mostCalls } from './change-queue.ts'
import { countMessages } from './count-messages.ts'
import { changeVisibility, deleteMessages, type Receipt } from './message-batches.ts'

const messagesPerReceiver = 50
/** Long polling queries all servers of a queue; short polling may return nothing although there are messages. */
const longPollSeconds = 1
/** Consecutive empty rounds after which receiving ends although the queue's count, which may lag, is not zero. */
const mostEmptyRounds = 3
/** SQS allows 120,000 messages in flight per FIFO queue; this leaves some for other consumers. */
const mostHeldByDefault = 110_000

export type HoldSettings = {
  /** Receiving ends once this is aborted. */
  readonly signal?: AbortSignal | undefined
  /** The most messages to hold per queue. */
  readonly mostHeld?: number | undefined
}

/** Received messages of one queue, which stay invisible to other consumers. */
export type HeldQueue = {
  /** Approximate number of messages at the start, including those in flight elsewhere. */
  readonly expected: number
  /** Receives all visible messages, in parallel batches of up to ten. Returns early once `enough` returns true. */
  receive(judge: (messages: readonly Message[]) => Promise<void>, enough: () => boolean): Promise<NotShown>
  /** Deletes messages. Returns the ids of those that could not be deleted. */
  remove(messageIds: readonly string[]): Promise<readonly string[]>
  /** Makes all messages that are still held visible again, and stops renewing them. */
  release(): Promise<void>
}

/**
 * Starts holding messages of a queue. The visibility timeout is chosen from the number of messages, so that receiving all
 * of them rarely needs a renewal; held messages are renewed when a third of it has passed. Call `release` at the end.
 * Throws RetryLater when SQS does not answer.
 */
export async function holdQueue(
  client: SQSClient,
  queueUrl: string,
  { signal, mostHeld = mostHeldByDefault }: HoldSettings,
): Promise<HeldQueue> {
  const atStart = await countMessages(client, queueUrl)
  const expected = atStart.visible + atStart.inFlight
  const visibilitySeconds = Math.min(900, 60 + Math.ceil(expected / 100))
  /** The latest receipt handle of each message, by its id. */
  const held = new Map<string, string>()
  let taken = 0
  let left: NotShown = { elsewhere: 0, behind: atStart.visible, full: false }

  const renewal = repeat((visibilitySeconds * 1000) / 3, async () => {
    const lost = await changeVisibility(client, queueUrl, [...held], visibilitySeconds)
    // Their visibility timeout expired before; another consumer may have received them.
    for (const [id, handle] of lost) if (held.get(id) === handle) held.delete(id)
  })

  const receiveBatch = async (): Promise<readonly Message[]> => {
    const { Messages = [] } = await answered(client, () =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilitySeconds,
          WaitTimeSeconds: longPollSeconds,
          // If the response is lost, the SDK's retry returns the same messages.
          ReceiveRequestAttemptId: randomUUID(),
          MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
        }),
      ),
    )
    for (const { MessageId = '', ReceiptHandle = '' } of Messages) held.set(MessageId, ReceiptHandle)
    taken += Messages.length
    return Messages
  }

  const countLeft = async (): Promise<NotShown> => {
    const { visible, inFlight } = await countMessages(client, queueUrl)
    const missing = Math.max(0, visible + inFlight - held.size)
    const elsewhere = Math.min(missing, Math.max(0, inFlight - held.size))
    return { elsewhere, behind: missing - elsewhere, full: held.size >= mostHeld }
  }

  return {
    expected,
    async receive(judge, enough) {
      let broken = false
      const isOver = () => broken || enough() || signal?.aborted === true
      const receiver = async () => {
        try {
          while (!isOver() && held.size < mostHeld) {
            renewal.check()
            const messages = await receiveBatch()
            if (messages.length === 0) return
            await judge(messages)
          }
        } catch (error) {
          broken = true
          throw error
        }
      }
      for (let emptyRounds = 0; ; ) {
        const before = taken
        const receivers = Math.min(mostCalls, 1 + Math.floor(left.behind / messagesPerReceiver))
        await inParallel(Array(receivers).keys(), receivers, receiver)
        if (isOver()) return { elsewhere: 0, behind: 0, full: false }
        left = await countLeft()
        emptyRounds = taken === before ? emptyRounds + 1 : 0
        if (left.behind === 0 || left.full || emptyRounds === mostEmptyRounds) return left
      }
    },
    async remove(messageIds) {
      const receipts = messageIds.flatMap((id): Receipt[] => {
        const handle = held.get(id)
        return handle === undefined ? [] : [[id, handle]]
      })
      const kept = new Set((await deleteMessages(client, queueUrl, receipts)).map(([id]) => id))
      const gone = new Set(receipts.map(([id]) => id).filter((id) => !kept.has(id)))
      for (const id of gone) held.delete(id)
      return messageIds.filter((id) => !gone.has(id))
    },
    async release() {
      await renewal.end()
      await changeVisibility(client, queueUrl, [...held], 0)
    },
  }
}
