import type { ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { listBitrix24Changes } from '../../../lib/sources/bitrix24/list-changed.ts'
import { rememberedPortal } from '../../../lib/sources/bitrix24/portal.ts'
import { now } from '../requests.ts'
import { callsTo, connectionTo, startPortal } from './a-portal.ts'

let api: RunningSandbox
beforeEach(async () => {
  api = await startPortal()
})
afterEach(() => api.close())

const put = (object: string, id: number, updatedTime = '2026-03-01T12:00:00+03:00') =>
  api.sandbox.putRecord?.({ object, id, title: 'x', updatedTime })

async function portalOf(account = 'm1') {
  const portal = rememberedPortal(connectionTo(api), memoryTokens())
  await portal.memberId(account)
  return portal
}

async function listed(since: string, afterPage: (count: number) => void = () => {}) {
  const portal = await portalOf()
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page: ListedRecords = await listBitrix24Changes(since, cursor, portal, connectionTo(api))
    pages.push(page.refs.map(({ account, recordType, recordId }) => `${account}/${recordType}/${recordId}`))
    expect(page.completeUntil).toBe(new Date(now.getTime() - 30_000).toISOString())
    cursor = page.cursor
    afterPage(pages.length)
  } while (cursor !== null)
  return pages
}

describe('listing what changed in Bitrix24', () => {
  it('lists contacts, companies and leads since five minutes before a time', async () => {
    put('contact', 1, '2026-03-01T02:54:59+03:00')
    put('contact', 2, '2026-03-01T02:55:00+03:00')
    put('company', 2)
    put('lead', 2)
    expect(await listed('2026-03-01T00:00:00.250Z')).toEqual([
      ['m1/contact/2'],
      ['m1/company/2'],
      ['m1/lead/2'],
    ])
    expect(callsTo(api)).toEqual(
      [3, 4, 1].map((entityTypeId) => [
        'crm.item.list',
        {
          entityTypeId,
          select: ['id'],
          filter: { '>=updatedTime': '2026-02-28T23:55:00+00:00' },
          order: { id: 'ASC' },
          start: -1,
        },
      ]),
    )
  })

  it('continues after the last id, over several pages, while records change', async () => {
    for (let id = 1; id <= 120; id += 1) put('contact', id)
    const pages = await listed('2026-01-01T00:00:00.000Z', (count) => {
      if (count > 1) return
      // One that was listed changes, one that comes later vanishes, and one is new.
      put('contact', 3, '2026-03-02T11:00:00+03:00')
      api.sandbox.putRecord?.({ object: 'contact', id: 60, deleted: true })
      put('contact', 121, '2026-03-02T11:00:00+03:00')
    })
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20, 0, 0])
    const ids = pages.flat()
    expect(new Set(ids).size).toBe(120)
    expect(ids).toContain('m1/contact/121')
    expect(ids).not.toContain('m1/contact/60')
    const contacts = callsTo(api).filter(([, { entityTypeId }]) => entityTypeId === 3)
    expect(contacts.map(([, { filter }]) => filter['>id'])).toEqual([undefined, 50, 101])
  })

  it('asks once more after a page that is just full', async () => {
    for (let id = 1; id <= 50; id += 1) put('lead', id)
    expect((await listed('2026-01-01T00:00:00.000Z')).map(({ length }) => length)).toEqual([0, 0, 50, 0])
  })

  it('cannot name the records of a portal that is not known yet', async () => {
    const portal = rememberedPortal(connectionTo(api), memoryTokens())
    const listing = listBitrix24Changes(now.toISOString(), null, portal, connectionTo(api))
    await expect(listing).rejects.toMatchObject({ name: 'Misconfigured', code: 'CRM_NOT_THERE' })
    expect(api.ledger).toEqual([])
  })

  it.each([
    [503, { error: 'QUERY_LIMIT_EXCEEDED' }, 'CRM_THROTTLED'],
    [200, { error: 'QUERY_LIMIT_EXCEEDED' }, 'CRM_THROTTLED'],
    [400, { error: 'ACCESS_DENIED' }, 'CRM_DENIED'],
    [200, '<html>', 'CRM_ANSWER_UNREADABLE'],
  ])('throws for %s %j', async (status, body, code) => {
    api.setFaults([{ effect: 'answer', status, body }])
    const listing = listBitrix24Changes(now.toISOString(), null, await portalOf(), connectionTo(api))
    await expect(listing).rejects.toMatchObject({ code })
  })
})
