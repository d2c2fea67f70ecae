import type { Context, ScheduledEvent } from 'aws-lambda'
import { sqsClient } from '../../lib/aws/clients.ts'
import { sqsDeadLetterQueue } from '../../lib/aws/dead-letter-queue.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { aChange } from '../fakes/world.ts'
import { createFifoQueue, createLinksTable, receiveAll, testAws } from '../support/embedded.ts'

/** Later, but only for who asks for the time: what waits for an answer goes on waiting. */
function turnClock(minutes: number) {
  const now = Date.now() + minutes * 60_000
  jest.useFakeTimers({
    now,
    doNotFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'nextTick'],
  })
}
afterEach(() => jest.useRealTimers())

it('retryDeadLetters sends back what may get through now and leaves the rest where it is', async () => {
  const { dynamodbEndpoint, sqsEndpoint } = testAws()
  const changesUrl = await createFifoQueue()
  const deadLettersUrl = await createFifoQueue()
  Object.assign(process.env, {
    LINKS_TABLE: await createLinksTable(),
    CHANGES_QUEUE_URL: changesUrl,
    DEAD_LETTERS_QUEUE_URL: deadLettersUrl,
    WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    LOG_LEVEL: 'ERROR',
  })
  const sqs = sqsClient(testAws())
  const { park } = sqsDeadLetterQueue(sqs, deadLettersUrl)
  await park(aChange({ recordId: '1' }), aFailure())
  await park(aChange({ recordId: '2' }), aFailure({ code: 'CONTACT_MISSING', retryable: false }))
  sqs.destroy()

  const { handler } = await import('../../functions/retry-dead-letters.ts')
  const run = () =>
    handler({} as ScheduledEvent, { getRemainingTimeInMillis: () => 60_000 } as unknown as Context)
  expect(await run()).toEqual({ seen: 2, sentBack: 0, held: [] })
  turnClock(16)
  expect(await run()).toEqual({ seen: 2, sentBack: 1, held: [] })

  const bodies = (await receiveAll(changesUrl)).map(({ Body = '' }) => JSON.parse(Body))
  expect(bodies).toMatchObject([{ recordId: '1', round: 1 }])
  const left = (await receiveAll(deadLettersUrl)).map(({ Body = '' }) => JSON.parse(Body))
  expect(left).toMatchObject([{ change: { recordId: '2' } }])
})
