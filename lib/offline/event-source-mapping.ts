import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { Consumer } from 'sqs-consumer'
import { type Invocation, judgeBatch } from './partial-batch-response.ts'
import type { DeclaredEventSource } from './resources.ts'
import { toSqsRecord } from './sqs-record.ts'

export type EventSourceMapping = {
  /** Takes no more messages; waits so long for batches being worked on, then leaves them to the queue. */
  stop(graceMs: number): Promise<void>
}

/**
 * Feeds a function from a queue as Lambda's poller does: `maximumConcurrency` pollers, one invocation a batch, and
 * only what succeeded is deleted. The rest comes back when its visibility timeout ends, unless the function changed
 * it. The queue itself keeps the groups of a FIFO queue in order.
 */
export function startEventSourceMapping(
  source: DeclaredEventSource,
  queue: { readonly url: string; readonly arn: string },
  sqs: SQSClient,
  invoke: (event: unknown) => Promise<Invocation>,
  complain: (line: string) => void,
): EventSourceMapping {
  let stopping = false

  const workOff = async (messages: Message[]): Promise<Message[]> => {
    const event = {
      Records: messages.map((message) => toSqsRecord(message, queue.arn)),
    }
    const invocation = await invoke(event)
    const ids = messages.map(({ MessageId }) => MessageId ?? '')
    const verdict = judgeBatch(ids, invocation, source.reportsBatchItemFailures)
    if (verdict.complaint && !stopping) {
      complain(`${source.functionName}: the batch of ${ids.length} stays on the queue: ${verdict.complaint}`)
    }
    return messages.filter(({ MessageId }) => !verdict.failedIds.has(MessageId ?? ''))
  }

  const startPoller = () => {
    let busy = false
    const consumer = Consumer.create({
      queueUrl: queue.url,
      sqs,
      batchSize: source.batchSize,
      waitTimeSeconds: 20,
      messageSystemAttributeNames: ['All'],
      messageAttributeNames: ['All'],
      suppressFifoWarning: true,
      handleMessageBatch: workOff,
      postReceiveMessageCallback: async () => {
        busy = true
      },
    })
    consumer.on('empty', () => {
      busy = false
    })
    consumer.on('response_processed', () => {
      busy = false
    })
    consumer.on('error', ({ message }) => {
      if (consumer.status.isRunning) complain(`${source.functionName}: ${message}`)
    })
    consumer.start()
    // Aborting would also abort the deletion of what a batch at work finishes.
    return { stop: () => consumer.stop({ abort: !busy }), isBusy: () => busy }
  }
  const pollers = Array.from({ length: source.maximumConcurrency }, startPoller)

  return {
    async stop(graceMs) {
      const deadline = Date.now() + graceMs
      for (const poller of pollers) poller.stop()
      while (pollers.some(({ isBusy }) => isBusy()) && Date.now() < deadline) await sleep(20)
      stopping = true
    },
  }
}
