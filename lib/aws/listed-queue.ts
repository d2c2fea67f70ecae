import type { SQSClient } from '@aws-sdk/client-sqs'
import type { ListedQueue } from '../core/ports/queues.ts'
import { sendEntries } from './change-queue.ts'
import { asciiJson, hashId } from './sqs-text.ts'

/** The FIFO queue of listed records: each page is a message group of its own, since the order of pages has no meaning. */
export function sqsListedQueue(client: SQSClient, queueUrl: string): ListedQueue {
  return {
    send: (pages) =>
      sendEntries(
        client,
        queueUrl,
        pages.map((page) => {
          const { receivedAt: _, ...named } = page
          const id = hashId('page', named)
          return { MessageBody: asciiJson(page), MessageGroupId: id, MessageDeduplicationId: id }
        }),
      ),
  }
}
