import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { parseAccessTokens } from '../../../lib/sources/hubspot/access-tokens.ts'
import { listHubspotChanges } from '../../../lib/sources/hubspot/list-changed.ts'
import { hubspotPortals } from '../../../lib/sources/hubspot/portal.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { clock, now } from '../requests.ts'

const since = '2026-03-01T00:00:00.000Z'

let api: RunningSandbox
const start = async (accessToken: string) => {
  api = await startSandbox(hubspotSandbox({ accessToken }))
}
afterEach(() => api.close())

function put(object: 'contacts' | 'companies', id: string, changedAt: string): void {
  const property = object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
  api.sandbox.putRecord?.({ object, id, properties: { [property]: changedAt } })
}

/** What HubSpot said after each page of the last walk. */
let left: (number | undefined)[] = []

/** All pages, as `account/recordType/recordId`. */
async function listed(accessToken: string) {
  const settings = { origin: api.url, accessTokens: parseAccessTokens(accessToken), clock }
  const portalOf = hubspotPortals(settings)
  const pages: string[][] = []
  left = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listHubspotChanges>> = await listHubspotChanges(
      since,
      cursor,
      portalOf,
      settings,
    )
    pages.push(page.refs.map(({ account, recordType, recordId }) => `${account}/${recordType}/${recordId}`))
    expect(page.completeUntil).toBe(new Date(now.getTime() - 60_000).toISOString())
    left.push(page.left)
    cursor = page.cursor
  } while (cursor !== null)
  return pages
}

const searches = () =>
  api.ledger.filter(({ path }) => path.endsWith('/search')).map(({ body }) => JSON.parse(body))

describe('listing what changed in HubSpot', () => {
  it('searches contacts and companies by the time that each of them has', async () => {
    await start('pat')
    put('contacts', '1', '2026-02-28T23:59:59.999Z')
    put('contacts', '2', since)
    put('companies', '3', '2026-03-05T00:00:00.000Z')
    expect(await listed('pat')).toEqual([['48213377/contact/2'], ['48213377/company/3']])
    const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }]
    const common = { sorts, properties: ['hs_object_id'], limit: 200 }
    const filter = { operator: 'GTE', value: String(Date.parse(since)) }
    expect(searches()).toEqual([
      { ...common, filterGroups: [{ filters: [{ propertyName: 'lastmodifieddate', ...filter }] }] },
      { ...common, filterGroups: [{ filters: [{ propertyName: 'hs_lastmodifieddate', ...filter }] }] },
    ])
  })

  it('goes beyond the 10,000 results that one search shows', async () => {
    await start('pat')
    for (let id = 1; id <= 10_401; id += 1) put('contacts', String(id), '2026-03-05T00:00:00.000Z')
    const pages = await listed('pat')
    expect(pages.map(({ length }) => length)).toEqual([...Array(52).fill(200), 1, 0])
    expect(new Set(pages.flat()).size).toBe(10_401)
    expect(left).toEqual([...Array.from({ length: 52 }, (_, index) => 10_201 - index * 200), 0, 0])
  })

  it('lists every portal that has a token', async () => {
    await start('7=pat-a,8=pat-b')
    api.sandbox.putRecord?.({
      object: 'contacts',
      id: '2',
      portals: [7, 8],
      properties: { lastmodifieddate: since },
    })
    put('contacts', '3', since)
    expect(await listed('7=pat-a,8=pat-b')).toEqual([['7/contact/2', '7/contact/3'], [], ['8/contact/2'], []])
  })

  it('names what is missing, when there is no token or its portal is not known', async () => {
    await start('pat')
    await expect(listed('')).rejects.toMatchObject({ code: 'NO_ACCESS_TOKEN' })
    api.setFaults([{ path: 'account-info', effect: 'answer', status: 404, body: { message: 'none' } }])
    await expect(listed('pat')).rejects.toMatchObject({ code: 'CRM_NOT_THERE' })
  })
})
