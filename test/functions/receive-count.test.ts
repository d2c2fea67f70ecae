import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { aChange } from '../fakes/world.ts'

describe('a message without a receive count', () => {
  let server: Server
  const waits: unknown[] = []
  beforeAll(async () => {
    server = createServer(async (req, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const { Entries } = JSON.parse(Buffer.concat(chunks).toString())
      waits.push(...Entries.map(({ VisibilityTimeout }: { VisibilityTimeout: unknown }) => VisibilityTimeout))
      res.setHeader('content-type', 'application/x-amz-json-1.0')
      res.end('{"Successful":[],"Failed":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const sqs = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    Object.assign(process.env, {
      WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
      LINKS_TABLE: 'links',
      CHANGES_QUEUE_URL: `${sqs}/1/changes.fifo`,
      DEAD_LETTERS_QUEUE_URL: `${sqs}/1/dead.fifo`,
      MANUAL_DEAD_LETTERS_QUEUE_URL: `${sqs}/1/dead-manual.fifo`,
      AWS_ENDPOINT_URL_SQS: sqs,
      // Unreachable, so that the change is retried.
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
      HUBSPOT_CLIENT_SECRET: 'client-secret',
      HUBSPOT_ACCESS_TOKEN: 'pat',
      RETRY_BASE_SECONDS: '5',
      LOG_LEVEL: 'ERROR',
    })
  })
  afterAll(() => server.close())

  it('waits as after its first receive', async () => {
    const { handler } = await import('../../functions/sync-customer.ts')
    const record = {
      messageId: 'm-1',
      receiptHandle: 'r-1',
      body: JSON.stringify({ ...aChange({ source: 'hubspot' }), v: 1 }),
      attributes: {},
    } as unknown as SQSRecord
    const event: SQSEvent = { Records: [record] }
    const context = { getRemainingTimeInMillis: () => 60_000 } as Context
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] })
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(1)
    expect(waits[0]).toBeLessThanOrEqual(5)
  })
})
