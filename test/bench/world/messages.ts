import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda'
import { asciiJson, hashId } from '../../../lib/aws/sqs-text.ts'
import { toLambdaEvent } from '../../../lib/cli/replay/lambda-event.ts'
import { readConfig } from '../../../lib/config.ts'
import { type CustomerChange, recordKey } from '../../../lib/core/model/change.ts'
import { receiveChanges } from '../../../lib/core/receiving/receive-changes.ts'
import type { Sample } from '../../../lib/operator/samples/samples.ts'
import { buildReceiveDeps } from '../../../lib/wiring/receive.ts'
import { benchSecrets } from './bench-secrets.ts'
import type { Services } from './services.ts'

const publicUrl = 'https://hooks.example.com'
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const uncounted = { count: () => {}, measure: () => {} }

/** The webhook as API Gateway delivers it. */
export function webhookEvent(sample: Sample): APIGatewayProxyEventV2 {
  return toLambdaEvent(sample, { variables: benchSecrets, publicUrl })
}

/** Makes the messages that the door would put on the queue, without the queue. */
export function messageMaker({ variables }: Services): (samples: readonly Sample[]) => Promise<string[]> {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' })
  const config = readConfig({ ...variables, WEBHOOK_PUBLIC_URL: publicUrl })
  let changes: CustomerChange[] = []
  const queue = { send: async (sent: readonly CustomerChange[]) => void changes.push(...sent) }
  const deps = { ...buildReceiveDeps(config, { log: quiet, metrics: uncounted }), queue }
  return async (samples) => {
    changes = []
    for (const sample of samples) {
      const event = webhookEvent(sample)
      const { status } = await receiveChanges(sample.source, toRequest(event), deps)
      if (status >= 300) throw new Error(`the webhook was answered ${status}`)
    }
    return changes.map(asciiJson)
  }
}

function toRequest(event: APIGatewayProxyEventV2) {
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    query: event.rawQueryString,
    headers: event.headers,
    body: Buffer.from(event.body ?? '', 'base64'),
    receivedAt: new Date(),
  }
}

/** The invocations that Lambda's poller makes of these messages. */
export function batchesOf(bodies: readonly string[], batchSize: number): SQSEvent[] {
  return Array.from({ length: Math.ceil(bodies.length / batchSize) }, (_, batch) => ({
    Records: bodies.slice(batch * batchSize, (batch + 1) * batchSize).map((body) => ({
      messageId: randomUUID(),
      receiptHandle: randomUUID(),
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.now()),
        SenderId: 'bench',
        ApproximateFirstReceiveTimestamp: String(Date.now()),
        MessageGroupId: hashId(recordKey(JSON.parse(body) as CustomerChange)),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:changes.fifo',
      awsRegion: 'us-east-1',
    })),
  }))
}
