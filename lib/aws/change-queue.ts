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

/** SQS's limits for one batch: entries, and bytes of all bodies together. */
const batchEntries = 10
/** Calls in parallel; more would wait for a connection for longer than its time-out. */
export const mostCalls = 16
const batchBytes = 1024 * 1024
/** A message can stay invisible for twelve hours from its delivery; an hour is left for the way. */
const longestWaitSeconds = 11 * 3600

/** The FIFO queue of changes: one message group a record, ids that are hashes, bodies in plain ASCII. */
export function sqsChangeQueue(client: SQSClient, queueUrl: string): RedriveQueue {
  return {
    send: (changes) => sendEntries(client, queueUrl, changes.map(toEntry)),
    sendRaw: (messages) => sendEntries(client, queueUrl, messages.map(toRawEntry)),
  }
}

/** An entry of SendMessageBatch without its id. */
export type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>

/** Sends messages in parallel batches. Resolves only when all are stored; throws RetryLater otherwise. */
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
    throw new RetryLater('QUEUE_REFUSED', `the queue refused ${left.length} of ${entries.length} messages`, {
      counts: false,
    })
  }
}

/** Throws RetryLater, naming the host and the reason, when SQS does not answer. */
export async function answered<T>(client: SQSClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    const message = await noAnswer('the queue', client, cause)
    throw new RetryLater('QUEUE_UNAVAILABLE', message, { cause, counts: false })
  }
}
