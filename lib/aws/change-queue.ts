import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type CustomerChange, recordKey } from '../core/model/change.ts'
import { RetryLater } from '../core/model/errors.ts'
import type { Log } from '../core/ports/observers.ts'
import type { RawMessage, RedriveQueue } from '../core/ports/queues.ts'
import { inParallel } from '../support/in-parallel.ts'
import { noAnswer } from './no-answer.ts'
import { asciiJson, hashId } from './sqs-text.ts'

/** SQS limits for one batch: number of entries, and total size of the bodies. */
const batchEntries = 10
/** Concurrent calls. With more, a call could time out while it waits for a connection. */
export const mostCalls = 16
const batchBytes = 1024 * 1024
/** SQS allows 12 hours of invisibility from the receive. One hour is kept as a margin. */
const longestWaitSeconds = 11 * 3600

/** The FIFO queue of changes: one message group per record, hashed ids, and ASCII bodies. */
export function sqsChangeQueue(client: SQSClient, queueUrl: string): RedriveQueue {
  return {
    send: (changes) => sendEntries(client, queueUrl, changes.map(toEntry)),
    sendRaw: (messages) => sendEntries(client, queueUrl, messages.map(toRawEntry)),
  }
}

/** An entry of SendMessageBatch without its id. */
export type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>

/** Sends messages in parallel batches. Resolves when SQS has stored all of them; throws RetryLater otherwise. */
export async function sendEntries(
  client: SQSClient,
  queueUrl: string,
  entries: readonly Entry[],
): Promise<void> {
  const numbered = entries.map((entry, index) => ({ ...entry, Id: String(index) }))
  await inParallel(inBatches(numbered), mostCalls, (batch) => sendBatch(client, queueUrl, batch))
}

export type MessageWait = {
  readonly receiptHandle: string
  readonly afterSeconds: number
}

/** Sets the visibility timeout of each message to its wait. If the call fails, the queue's default timeout applies. */
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
    log.warn('the wait before the next attempt could not be set', {
      reason: await noAnswer('the queue', client, error),
    })
  }
}

function toEntry(change: CustomerChange): Entry {
  const record = recordKey(change)
  return {
    MessageBody: asciiJson(change),
    MessageGroupId: hashId(record),
    MessageDeduplicationId: hashId(record, change.eventId, change.round ?? 0),
  }
}

function toRawEntry({ body, group, key }: RawMessage & { readonly key: string }): Entry {
  return { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: hashId('raw', key) }
}

function inBatches(entries: readonly SendMessageBatchRequestEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '')
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

/** SQS can reject part of a batch with HTTP 200. Rejected entries are sent once more before the call fails. */
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
    throw new RetryLater('QUEUE_REFUSED', `the queue refused ${left.length} of ${entries.length} messages`, {
      counts: false,
    })
  }
}

/** Throws RetryLater, with the host and the reason, when SQS does not answer. */
export async function answered<T>(client: SQSClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    const message = await noAnswer('the queue', client, cause)
    throw new RetryLater('QUEUE_UNAVAILABLE', message, { cause, counts: false })
  }
}
