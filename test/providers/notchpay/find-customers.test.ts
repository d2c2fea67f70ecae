import type { Customer } from '../../../lib/core/model/customer.ts'
import { identityOf } from '../../../lib/providers/metadata.ts'
import { aClaim, aCustomer, aRef, clearNothing } from '../a-customer.ts'
import { type Sandboxed, sandboxedNotchPay } from '../sandboxed.ts'

let here: Sandboxed
beforeEach(async () => {
  here = await sandboxedNotchPay()
})
afterEach(() => here.stop())

const find = (different: Partial<Customer> = {}) => here.provider.findCustomers(aCustomer(different), aRef())
const put = (record: Record<string, unknown>) => here.server.sandbox.putRecord?.(record)
const ids = async (different?: Partial<Customer>) => (await find(different)).map(({ id }) => id)
const searches = () => here.server.ledger.filter(({ query }) => query.has('search'))

it('finds nothing when there is no match', async () => {
  put({ id: 'cus_1', email: 'kofi@example.gh' })
  expect(await find()).toEqual([])
})

it('searches by e-mail and phone, with and without the plus, 100 per page', async () => {
  await find()
  expect(searches().map(({ query }) => query.toString())).toEqual([
    'search=aissatou.mbarga%40example.cm&limit=100&page=1',
    'search=%2B237699001122&limit=100&page=1',
    'search=237699001122&limit=100&page=1',
  ])
  expect(here.last()).toMatchObject({ method: 'GET', path: '/customers', body: '' })
})

it('finds by e-mail in any case, and by phone in any format, each customer once', async () => {
  put({ id: 'cus_1', email: 'Aissatou.Mbarga@Example.CM', phone: '+237699001122' })
  put({ id: 'cus_2', phone: '237699001122' })
  put({ id: 'cus_3', phone: 237699001122 })
  expect(await ids()).toEqual(['cus_1', 'cus_2', 'cus_3'])
})

it('ignores partial matches', async () => {
  put({ id: 'cus_1', email: 'xaissatou.mbarga@example.cm', phone: '+2376990011220' })
  put({ id: 'cus_2', name: 'aissatou.mbarga@example.cm' })
  expect(await find()).toEqual([])
})

it('does not match an unknown phone with another unknown phone', async () => {
  put({ id: 'cus_1', name: 'aissatou.mbarga@example.cm', phone: null })
  expect(await find({ phone: null })).toEqual([])
})

it('reads matches one by one to identify their owners, because a list has no metadata', async () => {
  await here.provider.createCustomer(aClaim(), here.provider.toPayload(aCustomer(), aRef(), clearNothing))
  put({ id: 'cus_2', phone: '+237699001122', metadata: identityOf(aRef({ recordId: '902' })) })
  put({ id: 'cus_3', phone: '+237699001122' })
  expect((await find()).map(({ owner }) => owner)).toEqual(['this-record', 'another-record', 'unknown'])
})

it('finds the record’s own customer among many with the same phone', async () => {
  for (let n = 0; n < 24; n += 1) put({ id: `cus_${n}`, phone: '+237699001122' })
  put({ id: 'cus_own', phone: '+237699001122', metadata: identityOf(aRef()) })
  const own = (await find()).filter(({ owner }) => owner === 'this-record')
  expect(own.map(({ id }) => id)).toEqual(['cus_own'])
})

it('does not guess the owners when there are too many matches to read', async () => {
  for (let n = 0; n < 26; n += 1) put({ id: `cus_${n}`, phone: '+237699001122' })
  await expect(find()).rejects.toMatchObject({ code: 'SEARCH_TOO_WIDE', candidates: expect.anything() })
  expect(here.server.ledger).toHaveLength(searches().length)
})

it('reads every page', async () => {
  for (let n = 0; n < 250; n += 1) put({ id: `cus_${n}`, email: `${n}aissatou.mbarga@example.cm` })
  put({ id: 'cus_last', email: 'aissatou.mbarga@example.cm' })
  expect(await ids({ phone: undefined })).toEqual(['cus_last'])
  expect(searches().map(({ query }) => query.get('page'))).toEqual(['1', '2', '3'])
})

describe('responses on which the documentation is inconsistent', () => {
  const match = { id: 'cus_1', email: 'aissatou.mbarga@example.cm', metadata: identityOf(aRef()) }
  const answerAll = (body: unknown) => here.server.setFaults([{ effect: 'answer', status: 200, body }])

  it.each([
    ['items', { items: [match], last_page: 1 }],
    ['data', { data: [match], last_page: '1' }],
    ['customers', { customers: [match] }],
  ])('may have the list under %s', async (_, body) => {
    answerAll(body)
    expect(await find()).toEqual([{ id: 'cus_1', owner: 'this-record' }])
  })

  it('finds by metadata a customer that has another e-mail', async () => {
    answerAll({ items: [{ ...match, email: 'old@example.cm' }] })
    expect(await ids()).toEqual(['cus_1'])
  })

  it('omits a match that was deleted before it was read', async () => {
    put({ id: 'cus_1', email: match.email })
    here.server.setFaults([{ path: '^/customers/', effect: 'answer', status: 404 }])
    expect(await find()).toEqual([])
  })
})

describe('an error never counts as "none"', () => {
  it.each([
    ['a response without a list', { message: 'ok' }, 'UNREADABLE_ANSWER'],
    ['an item without an id', { items: [{ email: 'x' }] }, 'UNREADABLE_ANSWER'],
    ['HTML', '<html></html>', 'UNREADABLE_ANSWER'],
    ['endless pages', { items: [{ id: 'cus_1' }], last_page: 999 }, 'SEARCH_TOO_WIDE'],
  ])('with %s', async (_, body, code) => {
    here.server.setFaults([{ effect: 'answer', status: 200, body }])
    await expect(find()).rejects.toThrow(expect.objectContaining({ code }))
  })

  it('without anything to search by', async () => {
    await expect(find({ email: null, phone: null })).rejects.toThrow(
      expect.objectContaining({ code: 'CONTACT_MISSING' }),
    )
    expect(here.server.ledger).toEqual([])
  })

  it('and the error does not repeat the search terms', async () => {
    here.answerNext(400, { message: 'Bad search: aissatou.mbarga@example.cm' })
    await expect(find()).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('mbarga') }),
    )
  })
})
