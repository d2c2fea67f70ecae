import { sqsClient } from '../../lib/aws/clients.ts'
import { readDeadLetter } from '../../lib/aws/dead-letter-body.ts'
import { sqsDeadLetterQueue, sqsManualDeadLetters } from '../../lib/aws/dead-letter-queue.ts'
import type { DeadLetter } from '../../lib/core/dead-letters/dead-letter.ts'
import { aFailure } from '../fakes/dead-letters.ts'
import { aChange } from '../fakes/world.ts'
import { createFifoQueue, receiveAll, testAws } from '../support/embedded.ts'

const client = sqsClient(testAws())
afterAll(() => client.destroy())

async function twoQueues() {
  const urls = { deadLetters: await createFifoQueue(), manualDeadLetters: await createFifoQueue() }
  const receive = async (url: string): Promise<readonly DeadLetter[]> =>
    (await receiveAll(url)).map(({ MessageId = '', Body = '', Attributes = {} }) =>
      readDeadLetter({
        messageId: MessageId,
        body: Body,
        group: Attributes.MessageGroupId ?? '',
        sentTimestamp: Attributes.SentTimestamp,
      }),
    )
  return {
    urls,
    queue: sqsDeadLetterQueue(client, urls),
    manual: sqsManualDeadLetters(client, urls.manualDeadLetters),
    retryable: () => receive(urls.deadLetters),
    forOperator: () => receive(urls.manualDeadLetters),
  }
}

describe('sqsDeadLetterQueue', () => {
  it('stores the pointer, the reason and an id, once per failure', async () => {
    const { urls, queue } = await twoQueues()
    const change = aChange()
    const failure = aFailure()
    await queue.park(change, failure)
    await queue.park(change, failure)
    const bodies = (await receiveAll(urls.deadLetters)).map(({ Body }) => JSON.parse(String(Body)))
    expect(bodies).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{32}$/), change, failure }])
    expect(await receiveAll(urls.manualDeadLetters)).toEqual([])
  })

  it.each([
    ['can be retried', aFailure(), {}, [1, 0]],
    ['failed again after its last retryable retry', aFailure(), { round: 3 }, [1, 0]],
    ['needs manual handling', aFailure({ retryable: false }), {}, [0, 1]],
  ])('parks in the right queue a change that %s', async (_, failure, change, expected) => {
    const { queue, retryable, forOperator } = await twoQueues()
    await queue.park(aChange(change), failure)
    expect([(await retryable()).length, (await forOperator()).length]).toEqual(expected)
  })

  it('assigns different ids to different events and different rounds', async () => {
    const { queue, retryable } = await twoQueues()
    for (const changes of [{}, { eventId: 'other' }, { round: 1 }, { recordId: '7' }]) {
      await queue.park(aChange({ eventId: 'one', ...changes }), aFailure())
    }
    expect(new Set((await retryable()).map(({ id }) => id)).size).toBe(4)
  })

  it('parks an unreadable message for manual handling, with its original id', async () => {
    const { queue, retryable, forOperator } = await twoQueues()
    const failure = aFailure({ code: 'MESSAGE_UNREADABLE', provider: null, retryable: false })
    const raw = { body: '{"v":2,"é":"\\u0000"}', group: 'group-1', messageId: 'message-1' }
    await queue.parkRaw(raw, failure)
    await queue.parkRaw(raw, failure)
    expect(await retryable()).toEqual([])
    expect(await forOperator()).toEqual([
      {
        id: 'message-1',
        deadLetteredAt: expect.stringMatching(/Z$/),
        change: null,
        raw: { body: raw.body, group: 'group-1' },
        foreign: null,
        failure,
      },
    ])
  })
})

describe('sqsManualDeadLetters', () => {
  it('moves dead letters, also more than one batch, with their ids and times', async () => {
    const { manual, forOperator } = await twoQueues()
    const nothing = { raw: null, foreign: null, failure: null }
    const moved = Array.from({ length: 23 }, (_, index): DeadLetter => {
      const change = aChange({ recordId: String(index) })
      return { ...nothing, id: `id-${index}`, deadLetteredAt: '2026-02-01T00:00:00.000Z', change }
    })
    await manual.add(moved)
    const byId = (a: DeadLetter, b: DeadLetter) => a.id.localeCompare(b.id)
    expect((await forOperator()).toSorted(byId)).toEqual(moved.toSorted(byId))
  })

  it('stores a dead letter once, however often a move is interrupted', async () => {
    const { manual, forOperator } = await twoQueues()
    const deadLetter = {
      id: 'a',
      deadLetteredAt: null,
      change: aChange(),
      raw: null,
      foreign: null,
      failure: null,
    }
    await manual.add([deadLetter])
    await manual.add([deadLetter])
    expect(await forOperator()).toHaveLength(1)
  })
})
