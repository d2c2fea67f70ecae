import type { CrmSource, ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { aContact, startZoho, type ZohoWorld } from './zoho-world.ts'

const since = '2026-03-02T09:00:00.000Z'
const id = (number: number) => String(5843101000000600000n + BigInt(number))

let world: ZohoWorld
beforeEach(async () => {
  world = await startZoho()
})
afterEach(() => world.close())

const put = (changes: Readonly<Record<string, unknown>>) => world.api.sandbox.putRecord?.(aContact(changes))

/** All pages; `between` is called after each. */
async function pagesOf(source: CrmSource, between = (_page: number) => {}) {
  const pages: ListedRecords[] = []
  for (let cursor: string | null = null; ; ) {
    const page: ListedRecords | undefined = await source.listChanged?.(since, cursor)
    if (!page) throw new Error('nothing is listed')
    pages.push(page)
    if (page.cursor === null) return pages
    cursor = page.cursor
    between(pages.length)
  }
}
const idsOf = (pages: readonly ListedRecords[]) =>
  pages.flatMap(({ refs }) => refs.map(({ recordId }) => recordId))
const queries = () =>
  world.api.ledger.flatMap(({ path, body }) =>
    path === '/crm/v8/coql' ? (JSON.parse(body) as { select_query: string }).select_query : [],
  )

describe('listing what changed', () => {
  it('asks for changed and then for deleted records, module by module, from five minutes before', async () => {
    put({ id: id(1) })
    put({ id: id(2), Modified_Time: '2026-03-02T08:54:59+00:00' })
    put({ id: id(3), deleted: true })
    world.api.sandbox.putRecord?.({
      object: 'Accounts',
      id: id(4),
      Account_Name: 'Comptoir',
      Modified_Time: since,
    })
    const pages = await pagesOf(world.source())
    expect(pages.map(({ refs }) => refs.map(({ recordType, recordId }) => [recordType, recordId]))).toEqual([
      [['contact', id(1)]],
      [['contact', id(3)]],
      [['company', id(4)]],
      [],
    ])
    expect(world.calls()).toEqual([
      'POST /crm/v8/coql',
      'GET /crm/v8/Contacts/deleted',
      'POST /crm/v8/coql',
      'GET /crm/v8/Accounts/deleted',
    ])
    expect(queries()[0]).toBe(
      "select id from Contacts where Modified_Time >= '2026-03-02T08:55:00+00:00' order by id asc limit 0, 2000",
    )
    const deleted = world.api.ledger[1]
    expect(Object.fromEntries(deleted?.query ?? [])).toEqual({ type: 'all', page: '1', per_page: '200' })
    expect(deleted?.headers['if-modified-since']).toBe('2026-03-02T08:55:00+00:00')
  })

  it('continues by the last id, and misses no record that changes meanwhile', async () => {
    for (let number = 1; number <= 4_500; number += 1) put({ id: id(number) })
    const pages = await pagesOf(world.source({ modules: ['Contacts'] }), (page) => {
      // Records of pages to come change and appear; one of a page before is deleted.
      put({ id: id(2_000 * page + 10), Modified_Time: '2026-03-02T11:59:00+00:00' })
      put({ id: id(9_000 + page), Modified_Time: '2026-03-02T11:59:00+00:00' })
      put({ id: id(page), deleted: true, Modified_Time: '2026-03-02T11:59:00+00:00' })
    })
    const listed = new Set(idsOf(pages))
    for (let number = 1; number <= 4_500; number += 1) expect(listed.has(id(number))).toBe(true)
    expect(listed.has(id(9_001)) && listed.has(id(9_002))).toBe(true)
    expect(queries()[1]).toBe(
      `select id from Contacts where (Modified_Time >= '2026-03-02T08:55:00+00:00' and id > ${id(2_000)}) order by id asc limit 0, 2000`,
    )
    // The window of a walk is fixed on its first page.
    expect(new Set(pages.map(({ completeUntil }) => completeUntil))).toEqual(
      new Set(['2026-03-02T11:59:30.000Z']),
    )
  })

  it('lists deleted records page by page', async () => {
    for (let number = 1; number <= 450; number += 1) put({ id: id(number), deleted: true })
    const pages = await pagesOf(world.source({ modules: ['Contacts'] }))
    expect(pages.map(({ refs }) => refs.length)).toEqual([0, 200, 200, 50])
    expect(new Set(idsOf(pages)).size).toBe(450)
  })

  it('lists the modules of the setting', async () => {
    world.api.sandbox.putRecord?.({ object: 'Leads', id: '7', Last_Name: 'Nakato', Modified_Time: since })
    expect(idsOf(await pagesOf(world.source({ modules: ['Leads'] })))).toEqual(['7'])
  })

  it.each([204, 304])('reads the status %s as nothing', async (status) => {
    world.api.setFaults([{ effect: 'answer', status, path: 'deleted' }])
    put({ id: id(1) })
    expect(idsOf(await pagesOf(world.source()))).toEqual([id(1)])
  })

  it.each<[string, { status: number; body: unknown }, string]>([
    ['a web page', { status: 200, body: '<html>' }, 'CRM_ANSWER_UNREADABLE'],
    ['an answer without a sign of more pages', { status: 200, body: { data: [] } }, 'CRM_ANSWER_UNREADABLE'],
    ['a refused query', { status: 400, body: { code: 'INVALID_QUERY' } }, 'CRM_REFUSED'],
    ['too many requests', { status: 429, body: { code: 'TOO_MANY_REQUESTS' } }, 'CRM_THROTTLED'],
  ])('fails after %s', async (_, answer, code) => {
    world.api.setFaults([{ effect: 'answer', ...answer }])
    await expect(pagesOf(world.source())).rejects.toMatchObject({ code })
  })
})
