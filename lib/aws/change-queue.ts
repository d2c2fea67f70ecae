import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type CustomerChange, recordKey } from '../core/change.ts'
import { RetryLater } from '../core/errors.ts'
import type { ChangeQueue, Log } from '../core/ports.ts'
import { noAnswer } from './no-answer.ts'
import { asciiJson, hashId } from './sqs-text.ts'

/** SQS's limits for one batch: entries, and bytes of all bodies together. */
const batchEntries = 10
const batchBytes = 1024 * 1024
/** A message can stay invisible for twelve hours from its delivery; an hour is left for the way. */
const longestWaitSeconds = 11 * 3600

/** The FIFO queue of changes: one message group a record, ids that are hashes, bodies in plain ASCII. */
export function sqsChangeQueue(client: SQSClient, queueUrl: string): ChangeQueue {
  return {
    async send(changes) {
      const batches = inBatches(changes.map(toEntry))
      await Promise.all(batches.map((batch) => sendBatch(client, queueUrl, batch)))
    },
  }
}

export type MessageWait = {
  readonly receiptHandle: string
  readonly afterSeconds: number
}

/** Lets messages come back after their waits. One that cannot be told so comes back after the queue's own time-out. */
export async function postponeMessages(
  client: SQSClient,
  queueUrl: string,
  waits: readonly MessageWait[],
  log: Log,
): Promise<void> {
  if (waits.length === 0) return
  const Entries = waits.map(({ receiptHandle, afterSeconds }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: Math.min(afterSeconds, longestWaitSeconds),
  }))
  try {
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
  } catch (error) {
    log.warn('the wait before the next try could not be set', {
      reason: await noAnswer('the queue', client, error),
    })
  }
}

function toEntry(change: CustomerChange, index: number): SendMessageBatchRequestEntry {
  const record = recordKey(change)
  return {
    Id: String(index),
    MessageBody: asciiJson(change),
    MessageGroupId: hashId(record),
    MessageDeduplicationId: hashId(record, change.eventId, change.round ?? 0),
  }
}

function inBatches(entries: readonly SendMessageBatchRequestEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const size = entry.MessageBody?.length ?? 0
    const current = batches.at(-1)
    if (current && current.length < batchEntries && bytes + size <= batchBytes) {
      current.push(entry)
      bytes += size
    } else {
      batches.push([entry])
      bytes = size
    }
  }
  return batches
}

/** SQS may take some of a batch and refuse the rest with HTTP 200: what it refused is sent once more, then given up. */
async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  entries: readonly SendMessageBatchRequestEntry[],
): Promise<void> {
  let left = [...entries]
  for (let round = 0; round < 2 && left.length > 0; round += 1) {
    const { Failed = [] } = await answered(client, () =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries: left })),
    )
    const failedIds = new Set(Failed.map(({ Id }) => Id))
    left = left.filter(({ Id }) => failedIds.has(Id))
  }
  if (left.length > 0) {
    throw new RetryLater('QUEUE_REFUSED', `the queue refused ${left.length} of ${entries.length} changes`, {
      counts: false,
    })
  }
}

/** Throws RetryLater, which names the host and the reason, when the queue does not answer. */
export async function answered<T>(client: SQSClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    const message = await noAnswer('the queue', client, cause)
    throw new RetryLater('QUEUE_UNAVAILABLE', message, { cause, counts: false })
  }
}
