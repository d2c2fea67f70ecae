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
  const look = async (url: string): Promise<readonly DeadLetter[]> =>
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
    automatic: () => look(urls.deadLetters),
    byPerson: () => look(urls.manualDeadLetters),
  }
}

describe('sqsDeadLetterQueue', () => {
  it('holds the pointer, the reason and an id, once for the same failure', async () => {
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
    ['may be retried', aFailure(), {}, [1, 0]],
    ['has come back from its last round', aFailure(), { round: 3 }, [1, 0]],
    ['waits for a person', aFailure({ retryable: false }), {}, [0, 1]],
  ])('parks in the queue it belongs to what %s', async (_, failure, change, expected) => {
    const { queue, automatic, byPerson } = await twoQueues()
    await queue.park(aChange(change), failure)
    expect([(await automatic()).length, (await byPerson()).length]).toEqual(expected)
  })

  it('gives another id to another event, and to another round', async () => {
    const { queue, automatic } = await twoQueues()
    for (const changes of [{}, { eventId: 'other' }, { round: 1 }, { recordId: '7' }]) {
      await queue.park(aChange({ eventId: 'one', ...changes }), aFailure())
    }
    expect(new Set((await automatic()).map(({ id }) => id)).size).toBe(4)
  })

  it('keeps a message that cannot be read, under the id it had, for a person', async () => {
    const { queue, automatic, byPerson } = await twoQueues()
    const failure = aFailure({ code: 'MESSAGE_UNREADABLE', provider: null, retryable: false })
    const raw = { body: '{"v":2,"é":"\\u0000"}', group: 'group-1', messageId: 'message-1' }
    await queue.parkRaw(raw, failure)
    await queue.parkRaw(raw, failure)
    expect(await automatic()).toEqual([])
    expect(await byPerson()).toEqual([
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
  it('takes dead letters, more than one batch of them, under the ids and times they have', async () => {
    const { manual, byPerson } = await twoQueues()
    const nothing = { raw: null, foreign: null, failure: null }
    const letters = Array.from({ length: 23 }, (_, index): DeadLetter => {
      const change = aChange({ recordId: String(index) })
      return { ...nothing, id: `id-${index}`, deadLetteredAt: '2026-02-01T00:00:00.000Z', change }
    })
    await manual.add(letters)
    const byId = (a: DeadLetter, b: DeadLetter) => a.id.localeCompare(b.id)
    expect((await byPerson()).toSorted(byId)).toEqual(letters.toSorted(byId))
  })

  it('takes one only once, however often a move is cut short', async () => {
    const { manual, byPerson } = await twoQueues()
    const letter = {
      id: 'a',
      deadLetteredAt: null,
      change: aChange(),
      raw: null,
      foreign: null,
      failure: null,
    }
    await manual.add([letter])
    await manual.add([letter])
    expect(await byPerson()).toHaveLength(1)
  })
})
