import type { ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { now } from '../requests.ts'
import { startClose } from './api.ts'

let close: Awaited<ReturnType<typeof startClose>>
beforeEach(async () => {
  close = await startClose()
})
afterEach(() => close.api.close())

const day = '2026-03-01T00:00:00.000Z'
const old = { date_created: '2026-01-01T00:00:00Z', date_updated: '2026-01-01T00:00:00Z' }
const time = (index: number) => new Date(Date.parse(day) + index * 1000).toISOString()

async function listed(since = day, between: (page: number) => void = () => {}) {
  const { listChanged } = close.build()
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page: ListedRecords | undefined = await listChanged?.(since, cursor)
    if (!page) throw new Error('no list')
    expect(page.completeUntil).toBe(new Date(now.getTime() - 60_000).toISOString())
    pages.push(page.refs.map(({ recordId }) => recordId))
    cursor = page.cursor
    between(pages.length)
  } while (cursor !== null)
  return pages
}
const putMany = (count: number, changes: (index: number) => object = () => ({})) => {
  for (let index = 0; index < count; index += 1) {
    const times = { date_created: time(index), date_updated: time(index) }
    close.put(`c${index}`, 'l1', { ...times, ...changes(index) })
  }
}

describe('listing what changed in Close', () => {
  it('lists contacts that changed, contacts of leads that changed, and deleted contacts', async () => {
    close.putLead('changed', { ...old, date_updated: '2026-03-01T10:00:00Z' })
    close.putLead('unchanged', old)
    close.put('c1', 'unchanged', { ...old, date_updated: '2026-03-01T12:00:00Z' })
    close.put('c2', 'changed', old)
    close.put('c3', 'unchanged', old)
    close.put('c4', 'unchanged', { ...old, date_updated: '2026-03-01T13:00:00Z', deleted: true })
    close.put('c5', 'unchanged', { ...old, deleted: true })
    expect(await listed()).toEqual([['c1', 'c2'], ['c4']])
    const [search, events] = close.api.ledger
    expect(search?.path).toBe('/api/v1/data/search/')
    const [, either] = JSON.parse(search?.body ?? '').query.queries
    expect(either.queries[0].condition).toEqual({
      type: 'moment_range',
      on_or_after: { type: 'fixed_utc', value: '2026-02-28T23:50:00.000Z' },
      before: { type: 'fixed_utc', value: '2026-03-02T11:59:00.000Z' },
    })
    expect(Object.fromEntries(events?.query ?? [])).toEqual({
      object_type: 'contact',
      action: 'deleted',
      date_updated__gte: '2026-02-28T23:50:00.000Z',
      date_updated__lte: '2026-03-02T11:59:00.000Z',
      _limit: '50',
    })
    expect(close.api.ledger).toHaveLength(2)
  })

  it('continues after the creation time of the last contact, while others change', async () => {
    putMany(500)
    const pages = await listed(day, (page) => {
      if (page === 1) close.put('c250', 'l1', { date_created: time(250), name: 'New' })
      if (page === 1) close.put('c0', 'l1', { date_created: time(0), deleted: true })
    })
    const all = new Set(pages.flat())
    expect(all.size).toBe(499)
    // It changed after the time that the list is complete until.
    expect(all.has('c250')).toBe(false)
    const bodies = close.api.ledger.filter(({ method }) => method === 'POST').map(({ body }) => body)
    expect(bodies).toHaveLength(3)
    for (const body of bodies) expect(body).not.toContain('"cursor"')
  })

  it('steps over many contacts that were created at once with the cursor', async () => {
    putMany(700, () => ({ date_created: time(0) }))
    const pages = await listed()
    expect(new Set(pages.flat()).size).toBe(700)
  })

  it('asks again when the cursor has expired, and once only', async () => {
    putMany(700, () => ({ date_created: time(0) }))
    close.api.setFaults([{ sent: '"cursor"', effect: 'answer', status: 400, times: 1 }])
    expect(new Set((await listed()).flat()).size).toBe(700)
    close.api.setFaults([{ sent: '"cursor"', effect: 'answer', status: 400 }])
    await expect(listed()).rejects.toMatchObject({ code: 'CRM_REFUSED' })
  })

  it('ends when a full page has no more, though all of it was created at once', async () => {
    putMany(200, () => ({ date_created: time(0) }))
    expect((await listed()).flat()).toEqual(expect.arrayContaining(['c0', 'c199']))
  })

  it('follows the cursor of the event log', async () => {
    putMany(120, () => ({ deleted: true }))
    const pages = await listed()
    expect(pages.map(({ length }) => length)).toEqual([0, 50, 50, 20])
    expect(new Set(pages.flat()).size).toBe(120)
  })
})
