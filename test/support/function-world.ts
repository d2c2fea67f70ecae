import { setTimeout as sleep } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context, SQSEvent } from 'aws-lambda'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { findSamples, type Sample } from '../../lib/cli/replay/samples.ts'
import { signSample } from '../../lib/cli/replay/sign-sample.ts'
import { judgeBatch } from '../../lib/offline/partial-batch-response.ts'
import { hubspotSandbox } from '../../lib/offline/sandbox/hubspot.ts'
import { notchpaySandbox } from '../../lib/offline/sandbox/notchpay.ts'
import { pipedriveSandbox } from '../../lib/offline/sandbox/pipedrive.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { wooshpaySandbox } from '../../lib/offline/sandbox/wooshpay.ts'
import { toSqsRecord } from '../../lib/offline/sqs-record.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { createFifoQueue, createLinksTable, receiveAll, testAws } from './embedded.ts'

export const secrets = {
  SEALING_KEYS: Buffer.from('sealing key of the function test').toString('base64'),
  NOTCHPAY_PUBLIC_KEY: 'pk_test_functions',
  WOOSHPAY_SECRET_KEY: 'sk_test_functions',
  HUBSPOT_ACCESS_TOKEN: 'pat-functions',
  HUBSPOT_CLIENT_SECRET: 'client-secret-functions',
  PIPEDRIVE_API_TOKEN: 'pipedrive-token-functions',
  PIPEDRIVE_WEBHOOK_USER: 'pipedrive-user-functions',
  PIPEDRIVE_WEBHOOK_PASSWORD: 'pipedrive-password-functions',
  STANDARD_WEBHOOKS_SECRET: 'whsec_c3RhbmRhcmQtd2ViaG9va3MtZm9yLWZ1bmN0aW9ucw==',
}

/**
 * The two functions as they are deployed, on embedded AWS and sandboxed APIs, invoked by hand: what goes over each wire
 * can be counted, and nothing runs unless a test says so. One a test file, since functions read their environment once.
 */
export async function startFunctionWorld() {
  const { dynamodbEndpoint, sqsEndpoint } = testAws()
  const table = await createLinksTable()
  const queueUrl = await createFifoQueue({ VisibilityTimeout: '0' })
  const deadLettersUrl = await createFifoQueue()
  const manualDeadLettersUrl = await createFifoQueue()
  const dynamodb = await startCountingProxy(String(dynamodbEndpoint))
  const sqs = await startCountingProxy(String(sqsEndpoint))
  const sandboxes = {
    notchpay: await startSandbox(notchpaySandbox({ publicKey: secrets.NOTCHPAY_PUBLIC_KEY })),
    wooshpay: await startSandbox(wooshpaySandbox({ secretKey: secrets.WOOSHPAY_SECRET_KEY })),
    hubspot: await startSandbox(hubspotSandbox({ accessToken: secrets.HUBSPOT_ACCESS_TOKEN })),
    pipedrive: await startSandbox(pipedriveSandbox({ apiToken: secrets.PIPEDRIVE_API_TOKEN })),
  }
  const publicUrl = 'https://hooks.example.com'
  Object.assign(process.env, secrets, {
    LINKS_TABLE: table,
    CHANGES_QUEUE_URL: queueUrl,
    DEAD_LETTERS_QUEUE_URL: deadLettersUrl,
    MANUAL_DEAD_LETTERS_QUEUE_URL: manualDeadLettersUrl,
    WEBHOOK_PUBLIC_URL: publicUrl,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    NOTCHPAY_API_URL: sandboxes.notchpay.url,
    WOOSHPAY_API_URL: sandboxes.wooshpay.url,
    HUBSPOT_API_URL: sandboxes.hubspot.url,
    PIPEDRIVE_API_URL: sandboxes.pipedrive.url,
    CLAIM_LEASE_SECONDS: '0',
    RETRY_BASE_SECONDS: '0',
    LOG_LEVEL: 'DEBUG',
  })
  const receiveWebhook = (await import('../../functions/receive-webhook.ts')).handler
  const syncCustomer = (await import('../../functions/sync-customer.ts')).handler
  const client = sqsClient(testAws())
  const tableClient = dynamodbClient(testAws())

  /** The body of every message that was worked off, and every message that was given out, with all it had. */
  const workedOff: string[] = []
  const givenOut: string[] = []
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context
  /** One invocation with what the queue gives; how many messages stayed, null when the queue was empty. */
  const syncOnce = async (): Promise<number | null> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        VisibilityTimeout: 30,
      }),
    )
    if (Messages.length === 0) return null
    for (const { Body, Attributes } of Messages) givenOut.push(`${Body} ${JSON.stringify(Attributes)}`)
    const event: SQSEvent = {
      Records: Messages.map((message) =>
        toSqsRecord(message, 'arn:aws:sqs:us-east-1:000000000000:changes.fifo'),
      ),
    }
    const answer = await syncCustomer(event, context)
    const ids = event.Records.map(({ messageId }) => messageId)
    const { failedIds } = judgeBatch(ids, { failed: false, answer }, true)
    for (const { MessageId, ReceiptHandle, Body } of Messages) {
      if (failedIds.has(String(MessageId))) continue
      workedOff.push(String(Body))
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
    }
    return failedIds.size
  }

  const isQueueEmpty = async (): Promise<boolean> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    )
    const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    return counts.every((name) => Attributes[name] === '0')
  }

  return {
    sandboxes,
    dynamodb,
    sqs,
    workedOff,
    givenOut,
    links: dynamodbLinks(tableClient, table),
    deadLetters: async () => [
      ...(await receiveAll(deadLettersUrl)),
      ...(await receiveAll(manualDeadLettersUrl)),
    ],
    /** Every item of the table as it is stored. */
    async tableItems() {
      const { Items = [] } = await tableClient.send(new ScanCommand({ TableName: table }))
      return Items
    },
    /** Puts the sample's records into the sandbox CRM, signs it as the CRM would, and posts it. */
    async post(sample: Sample, changes: Partial<APIGatewayProxyEventV2> = {}) {
      const sandbox = sandboxes[sample.source as 'hubspot' | 'pipedrive']
      for (const record of sample.records) sandbox?.sandbox.putRecord?.(record)
      const path = `/webhooks/${sample.source}`
      const event = {
        version: '2.0',
        rawPath: path,
        rawQueryString: '',
        headers: signSample(sample, { variables: secrets, publicUrl }),
        pathParameters: { source: sample.source },
        requestContext: { http: { method: 'POST', path } },
        body: Buffer.from(sample.body).toString('utf8'),
        isBase64Encoded: false,
        ...changes,
      } as APIGatewayProxyEventV2
      return receiveWebhook(event) as Promise<APIGatewayProxyStructuredResultV2>
    },
    syncOnce,
    /** Invokes the sync function until the queue is empty. */
    async drain() {
      for (let round = 0; round < 1000; round += 1) if ((await syncOnce()) === null) return
      throw new Error('the queue does not become empty')
    },
    /** The same until nothing is waiting for its next try either. */
    async drainFully() {
      for (let round = 0; round < 1000; round += 1) {
        if ((await syncOnce()) !== null) continue
        if (await isQueueEmpty()) return
        await sleep(100)
      }
      throw new Error('the queue does not become empty')
    },
    /** Forgets what went over the wires so far. */
    resetCounts() {
      dynamodb.operations.length = 0
      sqs.operations.length = 0
      for (const { ledger } of Object.values(sandboxes)) ledger.length = 0
    },
    async close() {
      client.destroy()
      tableClient.destroy()
      dynamodb.close()
      sqs.close()
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()))
    },
  }
}
export type FunctionWorld = Awaited<ReturnType<typeof startFunctionWorld>>

export function aSample(file: string): Sample {
  const [sample] = findSamples([`events/${file}.json`])
  if (!sample) throw new Error(`no sample ${file}`)
  return sample
}
