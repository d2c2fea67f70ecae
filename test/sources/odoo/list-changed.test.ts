import type { ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { listOdooChanges } from '../../../lib/sources/odoo/list-changed.ts'
import { anOdoo } from './an-odoo.ts'

const clock = { now: () => new Date('2026-03-02T12:00:00.750Z') }

let odoo: Awaited<ReturnType<typeof anOdoo>>
beforeEach(async () => {
  odoo = await anOdoo('19.0')
})
afterEach(() => odoo.server.close())

const put = (id: number, write_date: string, fields: object = {}) =>
  odoo.server.sandbox.putRecord?.({ id, name: 'x', write_date, ...fields })

/** The ids of each page. `onPage` is called after each. */
async function listed(since: string, onPage: (page: number) => void = () => {}): Promise<string[][]> {
  const pages: string[][] = []
  for (let cursor: string | null = null; ; ) {
    const page: ListedRecords = await listOdooChanges(since, cursor, odoo.api, clock)
    expect(page.completeUntil).toBe('2026-03-02T12:00:00.000Z')
    pages.push(page.refs.map(({ recordId }) => recordId))
    onPage(pages.length)
    cursor = page.cursor
    if (cursor === null) return pages
  }
}

const searches = () =>
  odoo.server.ledger.filter(({ path }) => path.endsWith('/search_read')).map(({ body }) => JSON.parse(body))

describe('listing what changed in Odoo', () => {
  it('asks for the ids of a window that begins a transaction earlier, archived contacts included', async () => {
    put(1, '2026-03-01 23:44:59.999999')
    put(2, '2026-03-01 23:45:00')
    put(3, '2026-03-02 11:59:59.999999', { active: false })
    put(4, '2026-03-02 12:00:00.100000')
    expect(await listed('2026-03-02T00:00:00.999Z')).toEqual([['2', '3']])
    expect(searches()).toEqual([
      {
        domain: [
          ['write_date', '>=', '2026-03-01 23:45:00'],
          ['write_date', '<', '2026-03-02 12:00:00'],
          ['id', '>', 0],
        ],
        fields: ['id', 'type'],
        limit: 200,
        order: 'id asc',
        context: { active_test: false },
      },
    ])
  })

  it('continues after the last id, while records change', async () => {
    for (let id = 1; id <= 450; id += 1) put(id, '2026-03-02 10:00:00.5')
    const pages = await listed('2026-03-01T00:00:00.000Z', (page) => {
      if (page !== 1) return
      // Written after the window: one that was listed, and one that was not.
      put(7, '2026-03-02 12:00:30')
      put(333, '2026-03-02 12:00:30')
      put(1000, '2026-03-02 12:00:30')
      odoo.server.sandbox.putRecord?.({ id: 444, deleted: true })
    })
    expect(pages.map(({ length }) => length)).toEqual([200, 200, 48])
    expect(new Set(pages.flat()).size).toBe(448)
    expect(pages.flat()).not.toContain('333')
    expect(searches().map(({ domain }) => domain[2])).toEqual([
      ['id', '>', 0],
      ['id', '>', 200],
      ['id', '>', 401],
    ])
  })

  it('ends after a page that is just full', async () => {
    for (let id = 1; id <= 200; id += 1) put(id, '2026-03-02 10:00:00')
    expect((await listed('2026-03-01T00:00:00.000Z')).map(({ length }) => length)).toEqual([200, 0])
  })

  it('lists no mere addresses, and goes on behind a page of them', async () => {
    for (let id = 1; id <= 200; id += 1) {
      put(id, '2026-03-02 10:00:00', { type: ['invoice', 'delivery', 'other'][id % 3], name: false })
    }
    put(201, '2026-03-02 10:00:00', { type: 'contact' })
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([[], ['201']])
  })

  it('lists everything since 1970', async () => {
    put(1, '1970-01-01 00:00:00')
    expect(await listed('1970-01-01T00:00:00.000Z')).toEqual([['1']])
  })
})
