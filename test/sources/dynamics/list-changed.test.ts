import { now } from '../requests.ts'
import { type Dataverse, guid, organizationId, startDataverse, walk } from './a-dataverse.ts'

let dataverse: Dataverse
beforeEach(async () => {
  dataverse = await startDataverse()
})
afterEach(() => dataverse.close())

type Columns = Readonly<Record<string, unknown>>
const put = (id: number, modifiedon: string, columns: Columns = {}) =>
  dataverse.api.sandbox.putRecord?.({ table: 'contact', id: guid(id), modifiedon, ...columns })
const second = (index: number) => new Date(Date.UTC(2026, 1, 1) + index * 1000).toISOString()

const listed = async (since: string, between?: () => void) =>
  (await walk(dataverse.source(), since, between)).map(({ refs }) =>
    refs.map(({ recordType, recordId }) => `${recordType}/${Number(recordId.slice(-12))}`),
  )

describe('listing what changed in Dataverse', () => {
  it('lists a window of each table, from five minutes before to 30 seconds ago', async () => {
    put(1, '2026-02-28T23:54:59Z')
    put(2, '2026-02-28T23:55:00Z')
    put(3, '2026-03-02T11:59:29Z')
    put(4, '2026-03-02T11:59:30Z')
    put(5, '2026-03-01T00:00:00Z', { table: 'account' })
    put(6, '2026-03-01T00:00:00Z', { table: 'lead' })
    put(7, '2026-03-01T00:00:00Z', { deleted: true })
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([
      ['contact/2', 'contact/3'],
      ['company/5'],
      ['lead/6'],
    ])
    const completeUntil = new Date(now.getTime() - 30_000).toISOString()
    const pages = await walk(dataverse.source(), '2026-03-01T00:00:00.000Z')
    expect(pages.map((page) => page.completeUntil)).toEqual(Array(3).fill(completeUntil))
    for (const { reached } of pages) expect(reached).toMatch(/^2026-03-\d\dT.*Z$/)
    expect(pages.flatMap(({ refs }) => refs)[0]).toEqual({
      source: 'dynamics',
      account: organizationId,
      recordType: 'contact',
      recordId: guid(2),
    })
    const [, contacts] = dataverse.api.ledger
    expect(contacts?.path).toBe('/api/data/v9.2/contacts')
    expect(Object.fromEntries(contacts?.query ?? [])).toEqual({
      $select: 'contactid,modifiedon',
      $filter: `modifiedon ge 2026-02-28T23:55:00.000Z and modifiedon lt ${completeUntil}`,
      $orderby: 'modifiedon asc',
    })
    expect(contacts?.headers['prefer']).toContain('odata.maxpagesize=5000')
  })

  it('lists a merged record, since reading it tells its survivor', async () => {
    put(1, '2026-03-01T00:00:00Z')
    put(2, '2026-03-01T00:00:00Z', { mergedInto: guid(1) })
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([['contact/1', 'contact/2'], [], []])
  })

  it('follows the links to the next pages, and misses nothing while records change', async () => {
    // Many share a second, as after an import.
    for (let id = 1; id <= 12_001; id += 1) put(id, second(Math.floor(id / 3000)))
    let changed = 0
    const pages = await listed('2026-02-01T00:00:00.000Z', () => {
      // These have not been listed yet, or have been: either way they leave the window.
      for (const id of [2 + changed, 11_990 + changed]) put(id, now.toISOString())
      changed += 1
    })
    expect(pages.map(({ length }) => length)).toEqual([5000, 5000, 1999, 0, 0])
    const ids = new Set(pages.flat())
    const left = ['contact/11990', 'contact/11991']
    expect(ids.size).toBe(12_001 - left.length)
    for (const id of left) expect(ids).not.toContain(id)
  })

  it('passes over tables that do not exist or that the application user was not given', async () => {
    put(1, '2026-03-01T00:00:00Z')
    put(2, '2026-03-01T00:00:00Z', { table: 'lead' })
    const body = { error: { code: '0x80060888', message: 'Resource not found for the segment.' } }
    const absent = { effect: 'answer', status: 404, body } as const
    const denied = { effect: 'answer', status: 403, body } as const
    dataverse.api.setFaults([{ ...denied, path: '/accounts$' }])
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([['contact/1'], [], ['lead/2']])
    dataverse.api.setFaults([{ ...absent, path: '/leads$' }])
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([['contact/1'], [], []])
  })

  it.each([
    [404, 'CRM_REFUSED'],
    [403, 'CRM_DENIED'],
  ])('cannot do without contacts: %s', async (status, code) => {
    dataverse.api.setFaults([{ path: '/contacts$', effect: 'answer', status, body: { error: {} } }])
    await expect(listed('2026-03-01T00:00:00.000Z')).rejects.toMatchObject({ code })
  })

  it('sends its token to no other host, whatever the next page is said to be', async () => {
    put(1, '2026-03-01T00:00:00Z')
    const link = 'https://acme.crm.dynamics.com/api/data/v9.2/contacts?$select=contactid'
    const body = { value: [], '@odata.nextLink': link }
    dataverse.api.setFaults([{ path: '/contacts$', effect: 'answer', status: 200, body, times: 1 }])
    expect(await listed('2026-03-01T00:00:00.000Z')).toEqual([[], ['contact/1'], [], []])
  })

  it.each(['https://elsewhere.example/contacts?$select=contactid', 'https://[', '/api/data/v9.2/../../x'])(
    'follows no link out of the Web API: %s',
    async (link) => {
      const body = { value: [], '@odata.nextLink': link }
      dataverse.api.setFaults([{ path: '/contacts$', effect: 'answer', status: 200, body }])
      await expect(listed('2026-03-01T00:00:00.000Z')).rejects.toMatchObject({
        code: 'CRM_ANSWER_UNREADABLE',
      })
    },
  )

  it('is refused for good with a cursor that Dataverse no longer accepts', async () => {
    const cursor = JSON.stringify({
      part: 0,
      after: '/api/data/v9.2/contacts?$select=contactid&$skip=5000',
      completeUntil: now.toISOString(),
    })
    const listing = dataverse.source().listChanged('2026-03-01T00:00:00.000Z', cursor)
    await expect(listing).rejects.toMatchObject({ name: 'Rejected', code: 'CRM_REFUSED' })
  })

  it('ends for a cursor beyond the last table', async () => {
    const cursor = JSON.stringify({ part: 3, after: null, completeUntil: now.toISOString() })
    const page = await dataverse.source().listChanged('2026-03-01T00:00:00.000Z', cursor)
    expect(page).toMatchObject({ refs: [], cursor: null })
  })

  it.each([
    [{ origin: undefined }, 'NO_API_URL'],
    [{ clientSecret: undefined }, 'NO_ACCESS_TOKEN'],
  ])('names what is missing: %j', async (missing, code) => {
    const listing = dataverse.source(missing).listChanged(now.toISOString(), null)
    await expect(listing).rejects.toMatchObject({ code })
  })

  it('needs to know whose records they are', async () => {
    dataverse.api.setFaults([{ path: '/WhoAmI$', effect: 'answer', status: 404, body: { error: {} } }])
    await expect(listed(now.toISOString())).rejects.toMatchObject({ code: 'CRM_NOT_THERE' })
  })
})
