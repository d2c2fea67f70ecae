import type { ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { failureOf } from '../requests.ts'
import { organization } from './a-message.ts'
import { type Api, aContact, aLead, anAccount, anApi } from './an-api.ts'

let api: Api
afterEach(() => api.close())

const list = async (since: string, onPage: (page: number) => void = () => {}) => {
  const ids: string[] = []
  let cursor: string | null = null
  for (let page = 1; ; page += 1) {
    const listed: ListedRecords | undefined = await api.source.listChanged?.(since, cursor)
    if (!listed) throw new Error('cannot list')
    ids.push(...listed.refs.map(({ recordId }) => recordId))
    expect(listed.completeUntil).toBe('2026-03-02T11:59:00.000Z')
    onPage(page)
    cursor = listed.cursor
    if (cursor === null) return ids
  }
}

it('lists contacts, accounts and leads, also those that were deleted or merged, with an overlap of ten minutes', async () => {
  const records = [
    aContact(1, {}),
    aContact(2, { IsDeleted: true }),
    aContact(3, { MasterRecordId: aContact(1, {}).Id }),
    anAccount(1, { SystemModstamp: '2026-03-02T09:05:30.000Z' }),
    aLead(1, {}),
  ]
  const before = aContact(4, { SystemModstamp: '2026-03-02T09:05:29.000Z' })
  const after = aContact(5, { SystemModstamp: '2026-03-02T11:59:00.000Z' })
  api = await anApi([...records, before, after])
  expect(await list('2026-03-02T09:15:30.700Z')).toEqual(records.map(({ Id }) => Id))
  expect(api.queries()).toEqual([
    'SELECT Id FROM Organization',
    ...['Contact', 'Account', 'Lead'].map(
      (object) =>
        `SELECT Id FROM ${object} WHERE SystemModstamp >= 2026-03-02T09:05:30Z AND SystemModstamp < 2026-03-02T11:59:00Z ORDER BY Id LIMIT 2000`,
    ),
  ])
})

it('misses nothing while records change between its pages', async () => {
  const contacts = Array.from({ length: 9 }, (_, index) => aContact(index + 1, {}))
  api = await anApi(contacts, { pageSize: 3 })
  const ids = await list('2026-03-02T09:00:00.000Z', (page) => {
    // The first record of each page changes, and leaves the window.
    const changed = contacts[(page - 1) * 3]
    if (changed) api.sandbox.putRecord?.({ ...changed, SystemModstamp: '2026-03-02T12:00:01.000Z' })
  })
  expect(ids).toEqual(contacts.map(({ Id }) => Id))
  expect(api.queries().filter((query) => query?.includes('Id >'))).toHaveLength(2)
})

it('is misconfigured where there is no such API', async () => {
  api = await anApi([])
  api.setFaults([{ path: 'query', effect: 'answer', status: 404, body: [{ errorCode: 'NOT_FOUND' }] }])
  const listing = api.source.listChanged?.('2026-03-02T09:00:00.000Z', null).then(() => [])
  expect(await failureOf(listing)).toMatchObject({ code: 'CRM_NOT_THERE' })
})

it('knows its own organization', async () => {
  api = await anApi([])
  expect(await api.source.ownsAccount(organization)).toBe(true)
  expect(await api.source.ownsAccount('00D8d000009ZzZzEAK')).toBe(false)
})
