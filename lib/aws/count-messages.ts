import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { answered } from './change-queue.ts'

/** The approximate number of messages in a queue, as SQS reports it. */
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
