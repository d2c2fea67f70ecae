import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { parameterStore } from '../../lib/aws/parameter-store.ts'
import { aChange } from '../fakes/world.ts'
import {
  type MisbehavingServer,
  type Misbehaviour,
  startMisbehavingServer,
} from '../support/misbehaving-server.ts'

const settings = {
  region: 'us-east-1',
  requestTimeoutMs: 1000,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
}

const calls = {
  DynamoDB: (url: string) => {
    const client = dynamodbClient({ ...settings, dynamodbEndpoint: url })
    return client.send(new GetItemCommand({ TableName: 'links', Key: { pk: { S: 'a' }, sk: { S: 'b' } } }))
  },
  SQS: (url: string) => {
    const client = sqsClient({ ...settings, sqsEndpoint: url })
    return client.send(new SendMessageCommand({ QueueUrl: 'http://sqs.example/q.fifo', MessageBody: '{}' }))
  },
  SSM: (url: string) => parameterStore({ ...settings, ssmEndpoint: url }).getParameters(['/a']),
}

describe.each(['silent', 'drips'] as const)('a service that is %s', (how: Misbehaviour) => {
  let server: MisbehavingServer
  beforeEach(async () => {
    server = await startMisbehavingServer(how)
  })
  afterEach(() => server.close())

  it.each(Object.entries(calls))('fails a %s call after its timeout and one retry', async (_, call) => {
    await expect(call(server.url)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(server.requests()).toBe(2)
  })
})

it('allows a longer timeout for a single call, such as a long poll', async () => {
  const server = await startMisbehavingServer('silent')
  const client = sqsClient({ ...settings, requestTimeoutMs: 60_000, sqsEndpoint: server.url })
  const command = new SendMessageCommand({ QueueUrl: 'http://sqs.example/q.fifo', MessageBody: '{}' })
  await expect(client.send(command, { requestTimeout: 50 })).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'no complete answer within 50 ms',
  })
  await server.close()
})

describe('the SQS client', () => {
  let server: Server
  afterEach(() => server.close())

  it('accepts the MD5 of the first message for a duplicate with another body', async () => {
    let requests = 0
    server = createServer((req, res) => {
      requests += 1
      req.resume()
      res.setHeader('content-type', 'application/x-amz-json-1.0')
      const first = { Id: '0', MessageId: 'first', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' }
      res.end(JSON.stringify({ Successful: [first], Failed: [] }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const sqsEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = sqsClient({ ...settings, requestTimeoutMs: 60_000, sqsEndpoint })
    await sqsChangeQueue(client, `${sqsEndpoint}/1/changes.fifo`).send([aChange()])
    expect(requests).toBe(1)
    client.destroy()
  })
})
