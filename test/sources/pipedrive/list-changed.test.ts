import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { listPipedriveChanges } from '../../../lib/sources/pipedrive/list-changed.ts'
import { pipedriveSandbox } from '../../../lib/sources/pipedrive/sandbox.ts'
import { clock, now } from '../requests.ts'

let api: RunningSandbox
beforeEach(async () => {
  api = await startSandbox(pipedriveSandbox({ apiToken: 'token' }))
})
afterEach(() => api.close())

const settings = () => ({ origin: api.url, apiToken: 'token', clock })
const company = async (): Promise<string> => '9120457'

/** The times that the pages of the last walk reached. */
let reached: (string | undefined)[] = []

async function listed(since: string) {
  reached = []
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listPipedriveChanges>> = await listPipedriveChanges(
      since,
      cursor,
      company,
      settings(),
    )
    pages.push(page.refs.map(({ account, recordType, recordId }) => `${account}/${recordType}/${recordId}`))
    expect(page.completeUntil).toBe(new Date(now.getTime() - 30_000).toISOString())
    reached.push(page.reached)
    cursor = page.cursor
  } while (cursor !== null)
  return pages
}

describe('listing what changed in Pipedrive', () => {
  it('lists persons and organizations since a time in whole seconds', async () => {
    const put = (object: string, id: number, update_time: string) =>
      api.sandbox.putRecord?.({ object, id, name: 'x', update_time })
    put('persons', 1, '2026-02-28T23:59:59Z')
    put('persons', 2, '2026-03-01T00:00:00Z')
    put('organizations', 3, '2026-03-05T00:00:00Z')
    expect(await listed('2026-03-01T00:00:00.999Z')).toEqual([['9120457/contact/2'], ['9120457/company/3']])
    expect(reached).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-05T00:00:00.000Z'])
    const asked = {
      updated_since: '2026-03-01T00:00:00Z',
      sort_by: 'update_time',
      sort_direction: 'asc',
      limit: '500',
    }
    expect(api.ledger.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
      ['/api/v2/persons', asked],
      ['/api/v2/organizations', asked],
    ])
  })

  it('follows the cursor', async () => {
    for (let id = 1; id <= 1001; id += 1) api.sandbox.putRecord?.({ object: 'persons', id, name: 'x' })
    const pages = await listed('2026-01-01T00:00:00.000Z')
    expect(pages.map(({ length }) => length)).toEqual([500, 500, 1, 0])
    expect(new Set(pages.flat()).size).toBe(1001)
  })

  it.each([
    [{ origin: undefined }, company, 'NO_API_URL'],
    [{ apiToken: undefined }, company, 'NO_ACCESS_TOKEN'],
    [{}, async (): Promise<undefined> => undefined, 'CRM_NOT_THERE'],
  ] as const)('names what is missing: %j', async (missing, ownCompany, code) => {
    const given = { ...settings(), ...missing }
    const listing = listPipedriveChanges(now.toISOString(), null, ownCompany, given)
    await expect(listing).rejects.toMatchObject({ code })
  })
})
