import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { postponeMessages, sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { sqsClient } from '../../lib/aws/clients.ts'
import { asciiJson } from '../../lib/aws/sqs-text.ts'
import { aChange } from '../fakes/world.ts'
import { createFifoQueue, receiveAll, testAws } from '../support/embedded.ts'

const client = sqsClient(testAws())
afterAll(() => client.destroy())
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('sqsChangeQueue', () => {
  it('sends every change, also more than one batch, with one message group per record', async () => {
    const url = await createFifoQueue()
    const changes = Array.from({ length: 25 }, (_, index) => aChange({ recordId: String(index % 20) }))
    await sqsChangeQueue(client, url).send(changes)
    const received = await receiveAll(url)
    expect(received).toHaveLength(25)
    expect(new Set(received.map(({ Attributes }) => Attributes?.MessageGroupId)).size).toBe(20)
    expect(received.map(({ Body }) => JSON.parse(String(Body)).recordId)).toEqual(
      expect.arrayContaining(['0', '7', '19']),
    )
  })

  it('sends the same event once, and again when it is redriven', async () => {
    const url = await createFifoQueue()
    const queue = sqsChangeQueue(client, url)
    const change = aChange()
    await queue.send([change])
    await queue.send([change])
    expect(await receiveAll(url)).toHaveLength(1)
    await queue.send([{ ...change, recordId: 'other' }])
    await queue.send([{ ...change, recordId: 'other', round: 1 }])
    expect((await receiveAll(url)).length).toBeGreaterThan(0)
  })

  it('uses group and deduplication ids that reveal nothing about the customer', async () => {
    const url = await createFifoQueue()
    await sqsChangeQueue(client, url).send([aChange({ recordId: 'wanjiku@example.co.ke' })])
    const [message] = await receiveAll(url)
    expect(message?.Attributes?.MessageGroupId).toMatch(/^[0-9a-f]{64}$/)
    expect(message?.Attributes?.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/)
  })

  it('accepts ids with characters that SQS rejects', async () => {
    const url = await createFifoQueue()
    const recordId = 'a\u0000b\uffffc\ud800d é 🦁'
    await sqsChangeQueue(client, url).send([aChange({ recordId })])
    const [message] = await receiveAll(url)
    expect(message?.Body).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(String(message?.Body)).recordId).toBe(recordId)
  })

  it('sends a raw message unchanged, in its group, once per key', async () => {
    const url = await createFifoQueue()
    const queue = sqsChangeQueue(client, url)
    const [one, other] = [
      { body: '{"v": 2, "name": "é"}', group: 'group-1', key: 'a' },
      { body: 'x', group: 'group-2', key: 'b' },
    ]
    await queue.sendRaw([one, other])
    await queue.sendRaw([one])
    const received = (await receiveAll(url)).map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])
    expect(received).toEqual([
      [one.body, 'group-1'],
      ['x', 'group-2'],
    ])
    await queue.sendRaw([{ ...one, group: 'group-3', key: 'c' }])
    expect(await receiveAll(url)).toHaveLength(1)
  })

  it('throws RetryLater when the queue does not exist', async () => {
    const gone = (await createFifoQueue()).replace(/q-/, 'gone-')
    await expect(sqsChangeQueue(client, gone).send([aChange()])).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
    })
  })

  it('sends rejected entries of a batch once more, and fails when they are rejected again', async () => {
    const sends: number[] = []
    const refusing = (refusals: number) => ({
      send: async ({ input }: { input: { Entries: { Id: string }[] } }) => {
        sends.push(input.Entries.length)
        return sends.length <= refusals ? { Failed: input.Entries.slice(0, 1) } : { Failed: [] }
      },
    })
    const changes = [aChange({ recordId: '1' }), aChange({ recordId: '2' })]
    await sqsChangeQueue(refusing(1) as never, 'http://q').send(changes)
    expect(sends).toEqual([2, 1])
    sends.length = 0
    await expect(sqsChangeQueue(refusing(9) as never, 'http://q').send(changes)).rejects.toMatchObject({
      code: 'QUEUE_REFUSED',
    })
  })
})

describe('postponeMessages', () => {
  it('makes a message visible after its wait, not after the queue’s visibility timeout', async () => {
    const url = await createFifoQueue({ VisibilityTimeout: '600' })
    await sqsChangeQueue(client, url).send([aChange()])
    const [message] = await receiveAll(url)
    await postponeMessages(
      client,
      url,
      [{ receiptHandle: String(message?.ReceiptHandle), afterSeconds: 0 }],
      log,
    )
    const again = await client.send(new ReceiveMessageCommand({ QueueUrl: url }))
    expect(again.Messages?.[0]?.MessageId).toBe(message?.MessageId)
  })

  it('only logs a warning when the wait cannot be set', async () => {
    const lines: string[] = []
    const warn = (message: string) => void lines.push(message)
    const wait = { receiptHandle: 'no-such-handle', afterSeconds: 5 }
    await postponeMessages(client, 'http://127.0.0.1:1/000000000000/none.fifo', [wait], { ...log, warn })
    expect(lines).toHaveLength(1)
  })
})

describe('asciiJson', () => {
  it('is the same JSON in plain ASCII', () => {
    const value = { name: 'Ọlájùmọ̀kẹ́ \ud83e\udd81 \uffff\u0000\u007f\n"' }
    expect(asciiJson(value)).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(asciiJson(value))).toEqual(value)
  })
})
