import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { countMessages } from '../../aws/count-messages.ts'

/** Messages that are waiting or in flight. No queue of ours delays messages. */
export async function countAllMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { visible, inFlight } = await countMessages(sqs, queueUrl)
  return visible + inFlight
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
    const left = await countAllMessages(sqs, queueUrl)
    empty = left === 0 ? empty + 1 : 0
    if (empty === 2 || Date.now() >= deadline || signal?.aborted) return left
    await sleep(pollMs)
  }
}
