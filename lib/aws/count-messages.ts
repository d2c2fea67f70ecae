import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { answered } from './change-queue.ts'

/** How many messages a queue holds: approximate, as SQS counts. */
export async function countMessages(
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
    visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  }
}
