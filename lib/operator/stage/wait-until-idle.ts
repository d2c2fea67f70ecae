import { setTimeout as sleep } from 'node:timers/promises'
import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs'
import { answered } from '../../aws/change-queue.ts'

const counts: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
]

/** Messages that are waiting or in flight. */
export async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await answered(sqs, () =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts })),
  )
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0)
}

/**
 * Waits until the queue is empty, and returns the number of messages left when the time is over. The queue must be empty
 * twice in a row, because a worker may be about to send a follow-up message. Returns early when `signal` is aborted.
 */
export async function waitUntilIdle(
  sqs: SQSClient,
  queueUrl: string,
  {
    withinMs,
    pollMs,
    signal,
  }: { readonly withinMs: number; readonly pollMs: number; readonly signal?: AbortSignal },
): Promise<number> {
  const deadline = Date.now() + withinMs
  for (let empty = 0; ; ) {
    const left = await countMessages(sqs, queueUrl)
    empty = left === 0 ? empty + 1 : 0
    if (empty === 2 || Date.now() >= deadline || signal?.aborted) return left
    await sleep(pollMs)
  }
}
