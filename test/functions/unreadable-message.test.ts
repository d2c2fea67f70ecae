import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { readDeadLetter } from '../../lib/aws/dead-letter-body.ts'
import { createFifoQueue, receiveAll, testAws } from '../support/embedded.ts'

const body = '{"v":2,"name":"Amina Ngo Bassa"}'
const context = { getRemainingTimeInMillis: () => 60_000 } as Context

function received(receives: number): SQSEvent {
  const attributes = { ApproximateReceiveCount: String(receives), MessageGroupId: 'group-1' }
  return { Records: [{ messageId: 'm-1', receiptHandle: 'r-1', body, attributes } as unknown as SQSRecord] }
}

describe('a message of another release', () => {
  let manualDeadLetters: string
  beforeAll(async () => {
    manualDeadLetters = await createFifoQueue()
    Object.assign(process.env, {
      WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
      LINKS_TABLE: 'links',
      CHANGES_QUEUE_URL: await createFifoQueue(),
      DEAD_LETTERS_QUEUE_URL: await createFifoQueue(),
      MANUAL_DEAD_LETTERS_QUEUE_URL: manualDeadLetters,
      AWS_ENDPOINT_URL_SQS: testAws().sqsEndpoint,
    })
  })

  it('is received a few times, then parked unchanged in its group, and is never logged', async () => {
    const { handler } = await import('../../functions/sync-customer.ts')
    const written: string[] = []
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0)
    }
    for (const receives of [1, 2, 3, 4]) {
      expect(await handler(received(receives), context)).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm-1' }],
      })
    }
    expect(await receiveAll(manualDeadLetters)).toEqual([])
    expect(await handler(received(5), context)).toEqual({ batchItemFailures: [] })
    jest.restoreAllMocks()

    const [message, ...others] = await receiveAll(manualDeadLetters)
    expect(others).toEqual([])
    const deadLetter = readDeadLetter({
      messageId: 'another',
      body: message?.Body ?? '',
      group: 'another',
      sentTimestamp: undefined,
    })
    expect(deadLetter).toMatchObject({
      id: 'm-1',
      raw: { body, group: 'group-1' },
      failure: { code: 'MESSAGE_UNREADABLE', retryable: false },
    })
    expect(written.filter((line) => line.includes('"MESSAGE_UNREADABLE"'))).toHaveLength(5)
    expect(written.join()).not.toContain('Amina')
  })
})
