import { dynamodbBreakers } from '../../lib/aws/breakers.ts'
import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import type { BreakerRecord, BreakerStore } from '../../lib/core/ports/breaker.ts'
import { fakeBreakers } from '../fakes/breakers.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())

const open: BreakerRecord = {
  provider: 'notchpay',
  mode: 'test',
  state: 'open',
  until: '2026-06-01T12:00:00.000Z',
  since: '2026-06-01T11:58:00.000Z',
  trips: 1,
  code: 'KEY_REFUSED',
  revision: 0,
}

describe.each<[string, () => Promise<BreakerStore>]>([
  ['the table', async () => dynamodbBreakers(client, await createLinksTable())],
  ['the fake', async () => fakeBreakers()],
])('breakers in %s', (_, create) => {
  it('are found as they were saved, by provider and mode', async () => {
    const store = await create()
    expect(await store.findBreaker('notchpay', 'test')).toBeNull()
    await store.saveBreaker(open)
    expect(await store.findBreaker('notchpay', 'test')).toEqual({ ...open, revision: 1 })
    expect(await store.findBreaker('notchpay', 'live')).toBeNull()
  })

  it('accept only one of two concurrent changes to the same state', async () => {
    const store = await create()
    const saved = await store.saveBreaker(open)
    if (!saved) throw new Error('the first save must succeed')
    const tries = [
      store.saveBreaker({ ...saved, state: 'half-open' }),
      store.saveBreaker({ ...saved, state: 'half-open' }),
    ]
    expect((await Promise.all(tries)).filter((record) => record !== null)).toHaveLength(1)
  })
})

describe('dynamodbBreakers', () => {
  it('are not links', async () => {
    const table = await createLinksTable()
    await dynamodbBreakers(client, table).saveBreaker(open)
    expect(await Array.fromAsync(dynamodbLinks(client, table).listLinks())).toEqual([])
  })
})
