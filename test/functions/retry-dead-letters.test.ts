import type { Context, ScheduledEvent } from 'aws-lambda'
import { sqsClient } from '../../lib/aws/clients.ts'
import { sqsDeadLetterQueue, sqsManualDeadLetters } from '../../lib/aws/dead-letter-queue.ts'
import type { DeadLetter } from '../../lib/core/dead-letters/dead-letter.ts'
import type { ParkedFailure } from '../../lib/core/model/link.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { aChange } from '../fakes/world.ts'
import { createFifoQueue, createLinksTable, receiveAll, testAws } from '../support/embedded.ts'

/** Advances the clock only; pending I/O continues in real time. */
function turnClock(minutes: number) {
  const now = Date.now() + minutes * 60_000
  jest.useFakeTimers({
    now,
    doNotFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'nextTick'],
  })
}
afterEach(() => jest.useRealTimers())

const sqs = sqsClient(testAws())
afterAll(() => sqs.destroy())

/** The deployed function and its queues. A function reads its environment once, so each test loads it anew. */
async function startFunction() {
  const { dynamodbEndpoint, sqsEndpoint } = testAws()
  const urls = {
    changes: await createFifoQueue(),
    deadLetters: await createFifoQueue(),
    manualDeadLetters: await createFifoQueue(),
  }
  Object.assign(process.env, {
    LINKS_TABLE: await createLinksTable(),
    CHANGES_QUEUE_URL: urls.changes,
    DEAD_LETTERS_QUEUE_URL: urls.deadLetters,
    MANUAL_DEAD_LETTERS_QUEUE_URL: urls.manualDeadLetters,
    WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    LOG_LEVEL: 'ERROR',
  })
  jest.resetModules()
  const { handler } = await import('../../functions/retry-dead-letters.ts')
  const context = { getRemainingTimeInMillis: () => 60_000 } as unknown as Context
  const bodies = async (url: string) => (await receiveAll(url)).map(({ Body = '' }) => JSON.parse(Body))
  return { urls, bodies, run: () => handler({} as ScheduledEvent, context) }
}

describe('retryDeadLetters', () => {
  it('redrives what may succeed now and leaves the rest in place', async () => {
    const { urls, bodies, run } = await startFunction()
    const { park } = sqsDeadLetterQueue(sqs, urls)
    await park(aChange({ recordId: '1' }), aFailure())
    await park(aChange({ recordId: '2' }), aFailure({ code: 'CONTACT_MISSING', retryable: false }))
    expect(await run()).toEqual({ seen: 1, sentBack: 0, moved: 0, held: [] })
    turnClock(16)
    expect(await run()).toEqual({ seen: 1, sentBack: 1, moved: 0, held: [] })
    expect(await bodies(urls.changes)).toMatchObject([{ recordId: '1', round: 1 }])
    expect(await bodies(urls.deadLetters)).toEqual([])
    expect(await bodies(urls.manualDeadLetters)).toMatchObject([{ change: { recordId: '2' } }])
  })

  it('moves 5,000 that need manual handling, with their ids, and redrives the 50 behind them', async () => {
    const { urls, bodies, run } = await startFunction()
    const someDeadLetters = (count: number, prefix: string, failure: ParkedFailure) =>
      Array.from({ length: count }, (_, index): DeadLetter => {
        const id = `${prefix}${index}`
        const deadLetteredAt = '2026-06-01T12:00:00.000Z'
        return { id, deadLetteredAt, change: aChange({ recordId: id }), raw: null, foreign: null, failure }
      })
    const waiting = someDeadLetters(5000, 'manual-', aFailure({ code: 'CONTACT_MISSING', retryable: false }))
    const first = sqsManualDeadLetters(sqs, urls.deadLetters)
    await first.add(waiting)
    await first.add(someDeadLetters(50, 'retry-', aFailure()))
    expect(await run()).toEqual({ seen: 5050, sentBack: 50, moved: 5000, held: [] })
    const sent = (await bodies(urls.changes)).map(({ recordId }) => recordId)
    expect(new Set(sent)).toEqual(new Set(Array.from({ length: 50 }, (_, index) => `retry-${index}`)))
    const moved = await bodies(urls.manualDeadLetters)
    expect(new Set(moved.map(({ id }) => id))).toEqual(new Set(waiting.map(({ id }) => id)))
    expect(moved.every(({ deadLetteredAt }) => deadLetteredAt === '2026-06-01T12:00:00.000Z')).toBe(true)
    expect(await run()).toEqual({ seen: 0, sentBack: 0, moved: 0, held: [] })
  })
})
