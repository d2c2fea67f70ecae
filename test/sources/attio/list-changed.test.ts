import { now } from '../requests.ts'
import { startAttio } from './api.ts'

let attio: Awaited<ReturnType<typeof startAttio>>
beforeEach(async () => {
  attio = await startAttio()
})
afterEach(() => attio.api.close())

const time = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString()
function putMany(count: number) {
  for (let index = 0; index < count; index += 1) attio.put(`p${index}`, { created_at: time(index) })
}
const remove = (from: number, to: number) => {
  for (let index = from; index < to; index += 1) {
    attio.put(`p${index}`, { created_at: time(index), deleted: true })
  }
}

/** All pages; `between` is called after each. */
async function listed(between: (page: number) => void = () => {}) {
  const { listChanged } = attio.build()
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<NonNullable<typeof listChanged>>> | undefined = await listChanged?.(
      now.toISOString(),
      cursor,
    )
    if (!page) throw new Error('no list')
    expect(page.completeUntil).toBe(now.toISOString())
    pages.push(page.refs.map(({ recordType, recordId }) => `${recordType}/${recordId}`))
    cursor = page.cursor
    between(pages.length)
  } while (cursor !== null)
  return pages
}

describe('listing Attio records', () => {
  it('lists all people and companies in the order of their creation, whatever the time is', async () => {
    attio.put('p2', { created_at: time(2) })
    attio.put('p1', { created_at: time(1) })
    attio.put('c1', { object: 'companies' })
    expect(await listed()).toEqual([['contact/p1', 'contact/p2'], ['company/c1']])
    expect(attio.api.ledger.map(({ path, body }) => [path, JSON.parse(body)])).toEqual(
      ['people', 'companies'].map((slug) => [
        `/v2/objects/${slug}/records/query`,
        { sorts: [{ attribute: 'created_at', direction: 'asc' }], limit: 500, offset: 0 },
      ]),
    )
  })

  it('lists each record once over several pages', async () => {
    putMany(1300)
    const pages = await listed()
    expect(pages.map(({ length }) => length)).toEqual([500, 450, 350, 0])
    expect(new Set(pages.flat()).size).toBe(1300)
  })

  it('misses no record when others are deleted or created meanwhile', async () => {
    putMany(1300)
    const pages = await listed((page) => {
      if (page === 1) remove(0, 40)
      if (page === 2) attio.put('new', { created_at: time(9999) })
    })
    expect(new Set(pages.flat()).size).toBe(1301)
    expect(pages.flat()).toHaveLength(1301)
  })

  it('begins again when too many were deleted meanwhile, and misses none', async () => {
    putMany(1300)
    const pages = await listed((page) => page === 2 && remove(0, 700))
    expect(pages.map(({ length }) => length)).toEqual([500, 450, 0, 500, 100, 0])
    const rest = Array.from({ length: 600 }, (_, index) => `contact/p${700 + index}`)
    expect(pages.flat()).toEqual(expect.arrayContaining(rest))
  })

  it('lists no companies where the workspace has none', async () => {
    attio.put('p1')
    const body = { status_code: 404, type: 'invalid_request_error', code: 'not_found', message: 'none' }
    attio.api.setFaults([{ path: 'companies', effect: 'answer', status: 404, body }])
    expect(await listed()).toEqual([['contact/p1'], []])
  })

  it('does not take a web page for an empty workspace', async () => {
    const headers = { 'content-type': 'text/html' }
    attio.api.setFaults([{ effect: 'answer', status: 404, headers, body: '<html>' }])
    await expect(listed()).rejects.toMatchObject({ code: 'CRM_NOT_THERE' })
  })
})
