import { randomUUID } from 'node:crypto'
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { NotShown } from '../core/dead-letter.ts'
import { inParallel } from '../support/in-parallel.ts'
import { repeat } from '../support/repeat.ts'
import { answered } from './change-queue.ts'
import { changeVisibility, deleteMessages, mostCalls, type Receipt } from './message-batches.ts'

const messagesPerReceiver = 50
/** A long poll asks every server of the queue; a short one may come back empty although there is something. */
const longPollSeconds = 1
/** So many empty rounds in turn are believed, also against the queue's own count, which lags behind. */
const mostEmptyRounds = 3
/** A FIFO queue gives out 120,000 messages at once; some are left for others. */
const mostHeldByDefault = 110_000

export type HoldSettings = {
  /** Once it is aborted nothing more is received. */
  readonly signal?: AbortSignal | undefined
  /** How many messages of a queue may be held at once. */
  readonly mostHeld?: number | undefined
}

/** The messages of one queue that have been received here, and that nobody else can receive meanwhile. */
export type HeldQueue = {
  /** About how many there were at the start, with those that somebody else holds. */
  readonly expected: number
  /** Receives all that nobody holds, several batches of up to ten at a time. Ends early once `enough` says so. */
  receive(judge: (messages: readonly Message[]) => Promise<void>, enough: () => boolean): Promise<NotShown>
  /** Deletes these; tells the ids of those that are still there. */
  remove(messageIds: readonly string[]): Promise<readonly string[]>
  /** Gives back all that is still held. */
  release(): Promise<void>
}

/**
 * Begins to hold messages: invisible for as long as a walk through the queue should take, and again before that is over.
 * `release` must follow in the end. Throws RetryLater when SQS does not answer.
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
    // Its time was over before: somebody else may have it by now.
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
          // When the answer is lost, the SDK's second try gets the same messages.
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

async function countMessages(
  client: SQSClient,
  QueueUrl: string,
): Promise<{ readonly visible: number; readonly inFlight: number }> {
  const { Attributes = {} } = await answered(client, () =>
    client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    ),
  )
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages']),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  }
}
