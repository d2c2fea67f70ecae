import { isUtf8 } from 'node:buffer'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  ScheduledEvent,
  SQSEvent,
} from 'aws-lambda'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import { judgeBatch } from '../../lib/offline/partial-batch-response.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { toSqsRecord } from '../../lib/offline/sqs-record.ts'
import { findSamples, type Sample } from '../../lib/operator/samples/samples.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { offlineProviders } from '../../lib/providers/offline.ts'
import { jsonBody } from '../../lib/sources/body-encoding.ts'
import { offlineSources } from '../../lib/sources/offline.ts'
import { parseJson } from '../../lib/support/json.ts'
import { answersOf } from './a-source.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { createFifoQueue, createLinksTable, receiveAll, testAws } from './embedded.ts'
import { turnClock } from './turned-clock.ts'

const halves = [...Object.values(offlineProviders), ...Object.values(offlineSources)]

/** The secrets of the functions in these tests; made-up and unique. */
export const secrets: Readonly<Record<string, string>> = Object.assign(
  { SEALING_KEYS: Buffer.from('sealing key of the function test').toString('base64') },
  ...halves.map((half) => half.secrets),
  // Without a portal id, so that HubSpot is asked for it.
  { HUBSPOT_ACCESS_TOKEN: 'pat-functions' },
)

/** The secrets without the ids of accounts, which logs may contain. */
export const confidential: readonly string[] = Object.values(secrets).flatMap((value) =>
  Object.values(offlineSources).some(({ contract }) => contract.account === value) ? [] : [value],
)

/** A sandbox for each API that has one by default, by name. */
async function startSandboxes() {
  const started: Record<string, RunningSandbox> = {}
  const variables: Record<string, string> = {}
  for (const [variable, { isDefault, create }] of halves.flatMap((half) => Object.entries(half.sandboxes))) {
    if (!isDefault) continue
    const sandbox = await startSandbox(create(secrets))
    started[sandbox.name] = sandbox
    variables[variable] = sandbox.url
  }
  return { started, variables }
}

/**
 * The deployed functions on embedded AWS and sandboxed APIs, invoked manually: all requests are counted, and nothing
 * runs unless a test invokes it. One per test file, because functions read their environment once.
 */
export async function startFunctionWorld() {
  const { dynamodbEndpoint, sqsEndpoint } = testAws()
  const table = await createLinksTable()
  const queueUrl = await createFifoQueue({ VisibilityTimeout: '0' })
  const deadLettersUrl = await createFifoQueue()
  const manualDeadLettersUrl = await createFifoQueue()
  const dynamodb = await startCountingProxy(String(dynamodbEndpoint))
  const waits = new Map<string, number>()
  const sqs = await startCountingProxy(String(sqsEndpoint), (operation, body) => {
    if (operation !== 'ChangeMessageVisibilityBatch') return undefined
    for (const { ReceiptHandle, VisibilityTimeout } of JSON.parse(body.toString()).Entries) {
      waits.set(ReceiptHandle, Date.now() + VisibilityTimeout * 1000)
    }
    return undefined
  })
  const { started, variables } = await startSandboxes()
  const publicUrl = 'https://hooks.example.com'
  Object.assign(process.env, secrets, {
    LINKS_TABLE: table,
    CHANGES_QUEUE_URL: queueUrl,
    // One queue for both, so that what is drained is drained of both.
    LISTED_QUEUE_URL: queueUrl,
    DEAD_LETTERS_QUEUE_URL: deadLettersUrl,
    MANUAL_DEAD_LETTERS_QUEUE_URL: manualDeadLettersUrl,
    WEBHOOK_PUBLIC_URL: publicUrl,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    ...variables,
    CLAIM_LEASE_SECONDS: '0',
    RETRY_BASE_SECONDS: '0',
    LOG_LEVEL: 'DEBUG',
  })
  const receiveWebhook = (await import('../../functions/receive-webhook.ts')).handler
  const receiveSalesforceEvents = (await import('../../functions/receive-salesforce-events.ts')).handler
  const syncCustomer = (await import('../../functions/sync-customer.ts')).handler
  const runReconcile = (await import('../../functions/reconcile.ts')).handler
  const client = sqsClient(testAws())
  const tableClient = dynamodbClient(testAws())

  /** The body of every processed message, and every delivered message with its attributes. */
  const processed: string[] = []
  const delivered: string[] = []
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context
  /** One invocation with the next batch. Returns how many messages stayed; null when the queue was empty. */
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
    for (const { Body, Attributes } of Messages) delivered.push(`${Body} ${JSON.stringify(Attributes)}`)
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
      processed.push(String(Body))
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
    }
    return failedIds.size
  }

  /** The answer as if the event were a webhook. */
  const invokeWithEvent = async ({ source, body }: Sample): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      await receiveSalesforceEvents(parseJson(body), context)
      return { statusCode: answersOf(source).queued }
    } catch (error) {
      if (error instanceof WebhookRejected) return { statusCode: error.status }
      throw error
    }
  }

  const postTo = async (
    handler: typeof receiveWebhook,
    sample: Sample,
    changes: Partial<APIGatewayProxyEventV2>,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    for (const record of sample.records) started[sample.source]?.sandbox.putRecord?.(record)
    if (sample.eventFunction !== null) return invokeWithEvent(sample)
    const path = `/webhooks/${sample.source}`
    const signed = signSample(sample, { variables: secrets, publicUrl })
    const event = {
      version: '2.0',
      rawPath: path,
      rawQueryString: signed.query,
      headers: signed.headers,
      pathParameters: { source: sample.source },
      requestContext: { http: { method: 'POST', path } },
      // As API Gateway does with bodies that are not text.
      body: Buffer.from(signed.body).toString(isUtf8(signed.body) ? 'utf8' : 'base64'),
      isBase64Encoded: !isUtf8(signed.body),
      ...changes,
    } as APIGatewayProxyEventV2
    return handler(event)
  }

  /**
   * Instead of a wait: turns the clock to when the next postponed message is due, and makes it visible. What the queue says of those
   * that are visible already does not matter.
   */
  const turnToNextMessage = async (): Promise<void> => {
    const next = Math.min(...waits.values())
    if (next === Number.POSITIVE_INFINITY) return
    if (next > Date.now()) turnClock(next)
    const due = [...waits].flatMap(([receipt, at]) => (at <= next ? receipt : [])).slice(0, 10)
    for (const receipt of due) waits.delete(receipt)
    const Entries = due.map((ReceiptHandle, index) => ({
      Id: `${index}`,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
  }

  const isQueueEmpty = async (): Promise<boolean> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    )
    const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    return counts.every((name) => Attributes[name] === '0')
  }

  /** The sandbox with this name. */
  const sandboxOf = (name: string): RunningSandbox => {
    const sandbox = started[name]
    if (!sandbox) throw new Error(`there is no sandbox ${name}`)
    return sandbox
  }

  return {
    sandboxOf,
    dynamodb,
    sqs,
    processed,
    delivered,
    links: dynamodbLinks(tableClient, table),
    deadLetters: async () => [
      ...(await receiveAll(deadLettersUrl)),
      ...(await receiveAll(manualDeadLettersUrl)),
    ],
    /** Every item of the table as stored. */
    async tableItems() {
      const { Items = [] } = await tableClient.send(new ScanCommand({ TableName: table }))
      return Items
    },
    /**
     * Adds the sample's records to the sandbox CRM, signs the sample as the CRM would, and posts it. An event invokes its function
     * and counts as answered with success.
     */
    post: (sample: Sample, changes: Partial<APIGatewayProxyEventV2> = {}) =>
      postTo(receiveWebhook, sample, changes),
    /** `post` to the same function, started anew with this environment; a variable that is undefined is not set. */
    async postWith(environment: Readonly<Record<string, string | undefined>>) {
      jest.resetModules()
      const { handler } = await inEnvironment(environment, () => import('../../functions/receive-webhook.ts'))
      return (sample: Sample) => inEnvironment(environment, () => postTo(handler, sample, {}))
    },
    /** One scheduled run, with so much time left before every page. */
    reconcile: (remainingMillis = 300_000) =>
      runReconcile(
        {} as ScheduledEvent,
        { awsRequestId: 'reconcile', getRemainingTimeInMillis: () => remainingMillis } as Context,
      ),
    syncOnce,
    /** Invokes the sync function until the queue is empty. */
    async drain() {
      for (let round = 0; round < 1000; round += 1) if ((await syncOnce()) === null) return
      throw new Error('the queue does not become empty')
    },
    /** Also until no message is waiting for a retry. The clock is turned instead of waiting. */
    async drainFully() {
      for (let round = 0; round < 1000; round += 1) {
        if ((await syncOnce()) !== null) continue
        if (await isQueueEmpty()) return
        await turnToNextMessage()
      }
      throw new Error('the queue does not become empty')
    },
    /** Resets the recorded requests. */
    resetCounts() {
      dynamodb.calls.length = 0
      sqs.calls.length = 0
      for (const { ledger } of Object.values(started)) ledger.length = 0
    },
    async close() {
      jest.useRealTimers()
      client.destroy()
      tableClient.destroy()
      dynamodb.close()
      sqs.close()
      await Promise.all(Object.values(started).map((sandbox) => sandbox.close()))
    },
  }
}
async function inEnvironment<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const set = (values: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]))
  set(environment)
  try {
    return await work()
  } finally {
    set(before)
  }
}

export type FunctionWorld = Awaited<ReturnType<typeof startFunctionWorld>>

/** `<source>/<name>`, without the extension of the source's format. */
export function aSample(file: string): Sample {
  const { extension } = offlineSources[file.split('/')[0] ?? '']?.encoding ?? jsonBody
  const [sample] = findSamples([`events/${file}${extension}`])
  if (!sample) throw new Error(`no sample ${file}`)
  return sample
}
