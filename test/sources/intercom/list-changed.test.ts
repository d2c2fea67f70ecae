import type { CrmSource, ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { aSource, halvesOf, startCrmSandbox } from '../../support/a-source.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const contact = (id: string, time: string, more: object = {}) => ({
  object: 'contacts',
  id,
  updated_at: at(time),
  ...more,
})
const many = (count: number, time: string) =>
  Array.from({ length: count }, (_, index) => contact(`m${String(index).padStart(4, '0')}`, time))

describe('the records that changed in Intercom', () => {
  const started: RunningSandbox[] = []
  afterEach(async () => {
    await Promise.all(started.splice(0).map((api) => api.close()))
  })

  async function withRecords(...records: readonly object[]) {
    const { api, variables } = await startCrmSandbox(halvesOf('intercom'), records)
    started.push(api)
    return { api, source: aSource('intercom', { variables }) }
  }

  async function walk(source: CrmSource, since: string, between: (page: number) => void = () => {}) {
    const pages: ListedRecords[] = []
    for (let cursor: string | null = null; ; ) {
      const page: ListedRecords | undefined = await source.listChanged?.(since, cursor)
      if (!page) throw new Error('intercom lists no changes')
      pages.push(page)
      cursor = page.cursor
      if (cursor === null) return pages
      between(pages.length)
    }
  }
  const idsIn = (pages: readonly ListedRecords[]) =>
    pages.flatMap(({ refs }) => refs.map(({ recordType, recordId }) => `${recordType} ${recordId}`))

  it('are asked for from two days before, since days are compared, and filtered by their own time', async () => {
    const { api, source } = await withRecords(
      contact('before', '2026-02-20T08:59:59Z'),
      contact('at', '2026-02-20T09:00:00Z'),
      contact('after', '2026-02-20T09:00:01Z'),
      contact('long-ago', '2026-01-01T00:00:00Z'),
      { object: 'companies', id: 'old', updated_at: at('2026-02-19T00:00:00Z') },
      { object: 'companies', id: 'new', updated_at: at('2026-02-21T00:00:00Z') },
    )
    const pages = await walk(source, '2026-02-20T09:00:00.700Z')
    expect(idsIn(pages)).toEqual(['contact at', 'contact after', 'company new'])
    expect(pages.map(({ completeUntil }) => completeUntil)).toEqual([
      '2026-03-02T11:50:00.000Z',
      '2026-03-02T11:50:00.000Z',
    ])
    const requests = api.ledger.map(({ method, path, query, body }) => [method, `${path}?${query}`, body])
    expect(requests).toEqual([
      ['GET', '/me?', ''],
      [
        'POST',
        '/contacts/search?',
        JSON.stringify({
          query: {
            operator: 'AND',
            value: [{ field: 'updated_at', operator: '>', value: at('2026-02-18T09:00:00Z') }],
          },
          sort: { field: 'updated_at', order: 'ascending' },
          pagination: { per_page: 150 },
        }),
      ],
      ['POST', '/companies/list?page=1&per_page=50', ''],
    ])
  })

  it('are listed page by page, and what changes meanwhile is listed again', async () => {
    const { api, source } = await withRecords(...many(320, '2026-03-01T00:00:00Z'))
    const pages = await walk(source, '2026-02-28T00:00:00Z', (page) => {
      // Changed between two pages: it moves to the end.
      if (page === 1) api.sandbox.putRecord?.(contact('m0000', '2026-03-01T06:00:00Z'))
      if (page === 2) api.sandbox.putRecord?.(contact('m0319', '2026-03-01T07:00:00Z'))
    })
    const ids = idsIn(pages)
    expect(pages.map(({ refs }) => refs.length)).toEqual([150, 150, 21, 0])
    expect(new Set(ids).size).toBe(320)
    expect(ids.filter((id) => id === 'contact m0000')).toHaveLength(2)
  })

  it('end where the window ends, however much changes during the walk', async () => {
    const { source } = await withRecords(
      ...many(150, '2026-03-01T00:00:00Z'),
      ...many(300, '2026-03-02T11:59:00Z').map((it) => ({ ...it, id: `n${it.id}` })),
    )
    const pages = await walk(source, '2026-02-28T00:00:00Z')
    // The second page begins after 11:50.
    expect(pages.map(({ refs }) => refs.length)).toEqual([150, 150, 0])
  })

  it('include companies of all pages', async () => {
    const companies = Array.from({ length: 120 }, (_, index) => ({
      object: 'companies',
      id: `c${index}`,
      updated_at: at('2026-03-01T00:00:00Z'),
    }))
    const { source } = await withRecords(...companies)
    const pages = await walk(source, '2026-02-28T00:00:00Z')
    expect(pages.map(({ refs }) => refs.length)).toEqual([0, 50, 50, 20])
    expect(new Set(idsIn(pages)).size).toBe(120)
  })

  it('never include deleted, archived and merged ones', async () => {
    const time = '2026-03-01T00:00:00Z'
    const { source } = await withRecords(
      contact('live', time),
      contact('gone', time, { deleted: true }),
      contact('shelved', time, { archived: true }),
      contact('merged', time, { mergedInto: 'live' }),
    )
    expect(idsIn(await walk(source, '2026-02-28T00:00:00Z'))).toEqual(['contact live'])
  })

  it('need a token, and its workspace', async () => {
    const { api, source } = await withRecords()
    api.setFaults([{ path: '/me', effect: 'answer', status: 200, body: { type: 'admin', app: null } }])
    await expect(source.listChanged?.('2026-02-28T00:00:00Z', null)).rejects.toMatchObject({
      code: 'CRM_NOT_THERE',
    })
    const none = aSource('intercom', { secrets: { INTERCOM_ACCESS_TOKEN: undefined } })
    await expect(none.listChanged?.('2026-02-28T00:00:00Z', null)).rejects.toMatchObject({
      code: 'NO_ACCESS_TOKEN',
    })
  })
})
