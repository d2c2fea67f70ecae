import { randomUUID } from 'node:crypto'
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type AwsSettings, dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { providerCustomerIndex } from '../../lib/aws/customer-links.ts'

/** The endpoints of the embedded services of this run. */
export function testAws(): AwsSettings {
  return {
    region: 'us-east-1',
    dynamodbEndpoint: process.env['TEST_DYNAMODB_URL'],
    sqsEndpoint: process.env['TEST_SQS_URL'],
  }
}

/** A new links table, defined as in serverless.yml. */
export async function createLinksTable(TableName = `links-${randomUUID()}`): Promise<string> {
  const client = dynamodbClient(testAws())
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'providerCustomer', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: providerCustomerIndex,
          KeySchema: [{ AttributeName: 'providerCustomer', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  )
  // A table that is still being created answers writes with "not found".
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.01, maxDelay: 0.1 }, { TableName })
  client.destroy()
  return TableName
}

/** A new FIFO queue; returns its URL. */
export async function createFifoQueue(
  attributes: Record<string, string> = {},
  QueueName = `q-${randomUUID()}.fifo`,
): Promise<string> {
  const client = sqsClient(testAws())
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName,
      Attributes: { FifoQueue: 'true', VisibilityTimeout: '30', ...attributes },
    }),
  )
  client.destroy()
  return String(QueueUrl)
}

/** All messages that can be received now. */
export async function receiveAll(queueUrl: string): Promise<Message[]> {
  const client = sqsClient(testAws())
  const all: Message[] = []
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) break
    all.push(...Messages)
  }
  client.destroy()
  return all
}
