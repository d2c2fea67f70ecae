import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { dynamodbWalks } from '../../lib/aws/walks.ts'
import type {
  ComparisonRecord,
  ComparisonStore,
  WalkRecord,
  WalkStore,
} from '../../lib/core/ports/walk-store.ts'
import { fakeWalks } from '../fakes/walks.ts'
import { ref } from '../fakes/world.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())

const walk: WalkRecord = {
  name: 'hubspot',
  watermark: null,
  running: {
    id: 'walk-1',
    since: '2026-06-01T12:00:00.000Z',
    cursor: '{"part":1}',
    until: '2026-06-01T13:00:00.000Z',
    listed: 200,
    restarts: 0,
  },
  revision: 0,
}
const comparison: ComparisonRecord = {
  name: 'hubspot',
  endedAt: null,
  running: { id: 'comparison-1', cursor: null, compared: 7, missing: [ref] },
  revision: 0,
}

describe.each<[string, () => Promise<WalkStore & ComparisonStore>]>([
  ['the table', async () => dynamodbWalks(client, await createLinksTable())],
  ['the fake', async () => fakeWalks()],
])('walks and comparisons in %s', (_, create) => {
  it('are found as they were saved, by name', async () => {
    const store = await create()
    expect(await store.findWalk('hubspot')).toBeNull()
    await store.saveWalk(walk)
    await store.saveComparison(comparison)
    expect(await store.findWalk('hubspot')).toEqual({ ...walk, revision: 1 })
    expect(await store.findComparison('hubspot')).toEqual({ ...comparison, revision: 1 })
    expect(await store.findWalk('pipedrive')).toBeNull()
  })

  it('accept only one of two concurrent changes to the same state', async () => {
    const store = await create()
    const saved = await Promise.all([store.saveWalk(walk), store.saveWalk(walk)])
    expect(saved.filter((record) => record !== null)).toHaveLength(1)
    expect(await store.saveWalk({ ...walk, revision: 7 })).toBeNull()
  })
})

it('walks are no links', async () => {
  const table = await createLinksTable()
  await dynamodbWalks(client, table).saveWalk(walk)
  expect(await Array.fromAsync(dynamodbLinks(client, table).listLinks())).toEqual([])
})
