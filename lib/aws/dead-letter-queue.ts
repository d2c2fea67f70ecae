import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { customerChangeSchema, recordKey } from '../core/change.ts'
import { type DeadLetterQueue, providerNames } from '../core/ports.ts'
import { answered } from './change-queue.ts'
import { asciiJson, hashId } from './sqs-text.ts'

/** A parked change: the pointer, and why it did not get through. */
export const parkedSchema = z.object({
  change: customerChangeSchema,
  failure: z.object({
    code: z.string(),
    reason: z.string(),
    field: z.string().nullable(),
    attempts: z.number(),
    firstFailedAt: z.string(),
    retryable: z.boolean(),
    provider: z.enum(providerNames).nullable().default(null),
  }),
})

/** Each dead letter is a message group of its own, so that reading one never hides another. */
export function sqsDeadLetterQueue(client: SQSClient, queueUrl: string): DeadLetterQueue {
  return {
    async park(change, failure) {
      const id = hashId(recordKey(change), change.eventId, change.round ?? 0)
      const MessageBody = asciiJson({ change, failure })
      await answered(client, () =>
        client.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody,
            MessageGroupId: id,
            MessageDeduplicationId: id,
          }),
        ),
      )
    },
  }
}
