import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { sqsClient } from '../../lib/aws/clients.ts'
import { aChange } from '../fakes/world.ts'

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
    const client = sqsClient({ region: 'us-east-1', sqsEndpoint })
    await sqsChangeQueue(client, `${sqsEndpoint}/1/changes.fifo`).send([aChange()])
    expect(requests).toBe(1)
    client.destroy()
  })
})
