import { Misconfigured, Rejected, RetryLater } from '../../../lib/core/model/errors.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { fetchBitrix24Customers } from '../../../lib/sources/bitrix24/fetch-customers.ts'
import { failureOf, now } from '../requests.ts'
import { accessToken, callsTo, connectionTo, ref, startPortal } from './a-portal.ts'

let api: RunningSandbox
beforeEach(async () => {
  api = await startPortal()
})
afterEach(() => api.close())

const put = (record: object) => api.sandbox.putRecord?.(record)
const fetched = (...refs: Parameters<typeof fetchBitrix24Customers>[0]) =>
  fetchBitrix24Customers(refs, connectionTo(api))
const failure = () => failureOf(fetched(ref('82')))
const answer = (status: number, body: unknown, path = 'crm.item.get') =>
  api.setFaults([{ effect: 'answer', path, status, body }])

describe('reading records of Bitrix24', () => {
  it('reads a contact, its requisites and their addresses, by POST with the token in the path', async () => {
    put({
      object: 'contact',
      id: 82,
      name: 'Ama',
      lastName: 'Serwaa',
      fm: [{ typeId: 'PHONE', value: '024 123 4567' }],
      requisiteId: 27,
      addresses: [{ ADDRESS_1: 'Ring Road 4', CITY: 'Accra', COUNTRY: 'Ghana' }],
      updatedTime: '2026-03-02T12:00:05+03:00',
    })
    expect(await fetched(ref('82'))).toEqual([
      {
        kind: 'found',
        version: '2026-03-02T09:00:05.000Z',
        mergedIds: [],
        customer: {
          name: { given: 'Ama', family: 'Serwaa' },
          email: null,
          phone: '+233241234567',
          address: {
            line1: 'Ring Road 4',
            line2: null,
            city: 'Accra',
            state: null,
            postalCode: null,
            country: 'GH',
          },
        },
      },
    ])
    expect(callsTo(api)).toEqual([
      ['crm.item.get', { entityTypeId: 3, id: 82 }],
      [
        'crm.requisite.list',
        { filter: { ENTITY_TYPE_ID: 3, ENTITY_ID: 82 }, select: ['ID'], order: { ID: 'asc' } },
      ],
      ['crm.address.list', { filter: { ENTITY_TYPE_ID: 8, ENTITY_ID: 27 }, order: { TYPE_ID: 'asc' } }],
    ])
    expect(api.ledger[0]).toMatchObject({
      method: 'POST',
      path: `/rest/${accessToken}/crm.item.get`,
      headers: { 'content-type': 'application/json' },
    })
  })

  it('reads a company as entity 4, and asks for no address where there is no requisite', async () => {
    put({ object: 'company', id: 5, title: 'Baobab' })
    expect(await fetched(ref('5', 'company'))).toMatchObject([
      { kind: 'found', customer: { name: { full: 'Baobab' }, companyName: 'Baobab', address: null } },
    ])
    expect(callsTo(api).map(([method, { entityTypeId }]) => [method, entityTypeId])).toEqual([
      ['crm.item.get', 4],
      ['crm.requisite.list', undefined],
    ])
  })

  it("reads a lead's own address", async () => {
    put({ object: 'lead', id: 6, companyTitle: 'Koné SARL', addresses: [{ COUNTRY: 'Mali' }] })
    expect(await fetched(ref('6', 'lead'))).toMatchObject([
      { kind: 'found', customer: { companyName: 'Koné SARL', address: { country: 'ML' } } },
    ])
    expect(callsTo(api)).toEqual([
      ['crm.item.get', { entityTypeId: 1, id: 6 }],
      ['crm.address.list', { filter: { ENTITY_TYPE_ID: 1, ENTITY_ID: 6 }, order: { TYPE_ID: 'asc' } }],
    ])
  })

  it('takes the addresses of the oldest requisite first, in one call', async () => {
    put({ object: 'contact', id: 82, name: 'Ama' })
    api.setFaults([
      {
        effect: 'answer',
        path: 'crm.requisite.list',
        status: 200,
        body: { result: [{ ID: '3' }, { ID: '9' }] },
      },
      {
        effect: 'answer',
        path: 'crm.address.list',
        status: 200,
        body: {
          result: [
            { TYPE_ID: '1', ENTITY_ID: '9', CITY: 'Kumasi' },
            { TYPE_ID: '1', ENTITY_ID: '3', CITY: 'Tema' },
            { TYPE_ID: '1', ENTITY_ID: '4', CITY: 'Lagos' },
          ],
        },
      },
    ])
    expect(await fetched(ref('82'))).toMatchObject([{ customer: { address: { city: 'Tema' } } }])
    expect(callsTo(api)[2]).toEqual([
      'crm.address.list',
      { filter: { ENTITY_TYPE_ID: 8, '@ENTITY_ID': [3, 9] }, order: { TYPE_ID: 'asc' } },
    ])
  })

  it('reads one record after the other, a few with the same id', async () => {
    put({ object: 'contact', id: 82, name: 'Ama' })
    put({ object: 'lead', id: 82, name: 'Lead' })
    let running = 0
    const { handle } = api.sandbox
    api.sandbox.handle = (request) => {
      running += 1
      expect(running).toBe(1)
      const response = handle(request)
      running -= 1
      return response
    }
    const answers = await fetched(ref('82', 'lead'), ref('404'), ref('82'))
    expect(answers).toMatchObject([
      { kind: 'found', customer: { name: { given: 'Lead' } } },
      { kind: 'deleted' },
      { kind: 'found', customer: { name: { given: 'Ama' } } },
    ])
    const order = callsTo(api).map(([method]) => method)
    expect(order).toEqual([
      'crm.item.get',
      'crm.address.list',
      'crm.item.get',
      'crm.item.get',
      'crm.requisite.list',
    ])
  })

  it('believes that a record is deleted by the code alone, also with status 200', async () => {
    answer(200, { error: 'NOT_FOUND', error_description: 'Element not found' })
    expect(await fetched(ref('82'))).toEqual([{ kind: 'deleted' }])
    answer(400, { error: 'INVALID_ARG_VALUE', error_description: 'not found' })
    expect(await failure()).toBeInstanceOf(Rejected)
  })

  it('sends an id that is no number of JSON as text', async () => {
    await fetched(ref('99999999999999999999'))
    expect(callsTo(api)).toEqual([['crm.item.get', { entityTypeId: 3, id: '99999999999999999999' }]])
  })

  it('does not use a record without its time, or another one', async () => {
    for (const item of [
      { id: 82, name: 'Ama' },
      { id: 83, updatedTime: '2026-03-02T12:00:05+03:00' },
    ]) {
      answer(200, { result: { item } })
      expect(await failure()).toMatchObject({ code: 'CRM_ANSWER_UNREADABLE' })
    }
  })
})

describe('an error of Bitrix24', () => {
  it.each([
    [
      503,
      { error: 'QUERY_LIMIT_EXCEEDED' },
      { code: 'CRM_THROTTLED', afterSeconds: 2, counts: false, growing: true },
    ],
    [200, { error: 'QUERY_LIMIT_EXCEEDED' }, { code: 'CRM_THROTTLED', afterSeconds: 2 }],
    [429, { error: 'OPERATION_TIME_LIMIT' }, { code: 'CRM_THROTTLED', afterSeconds: 60, counts: false }],
    [
      429,
      { error: 'OPERATION_TIME_LIMIT', time: { operating_reset_at: now.getTime() / 1000 + 240.2 } },
      { code: 'CRM_THROTTLED', afterSeconds: 241 },
    ],
    [
      429,
      { error: 'OPERATION_TIME_LIMIT', time: { operating_reset_at: 9e12 } },
      { code: 'CRM_THROTTLED', afterSeconds: 600 },
    ],
    [503, { error: 'OVERLOAD_LIMIT' }, { code: 'CRM_DENIED' }],
    [
      400,
      { error: 'ACCESS_DENIED', error_description: 'You do not have permission' },
      { code: 'CRM_DENIED' },
    ],
    [400, { error: '', error_description: 'Access denied.' }, { code: 'CRM_DENIED' }],
    [400, { error: 0, error_description: 'Access denied' }, { code: 'CRM_DENIED' }],
    [401, { error: 'INVALID_CREDENTIALS' }, { code: 'CRM_DENIED' }],
    [401, { error: 'expired_token' }, { code: 'CRM_DENIED' }],
    [403, { error: 'PORTAL_DELETED' }, { code: 'CRM_DENIED' }],
    [404, { error: 'ERROR_METHOD_NOT_FOUND' }, { code: 'CRM_DENIED' }],
    [404, '<html>', { code: 'CRM_NOT_THERE' }],
    [302, '<html>', { code: 'CRM_DENIED' }],
    [200, '<html>', { code: 'CRM_ANSWER_UNREADABLE' }],
    [200, { error: 0, error_description: 'error' }, { code: 'CRM_ANSWER_UNREADABLE' }],
    [200, { result: 'x' }, { code: 'CRM_ANSWER_UNREADABLE' }],
    [400, { error: 'INVALID_ARG_VALUE', error_description: 'leaked' }, { code: 'CRM_REFUSED' }],
    [500, { error: 'INTERNAL_SERVER_ERROR' }, { code: 'CRM_FAILED', counts: true }],
    [503, '<html>', { code: 'CRM_UNAVAILABLE', counts: false }],
  ])('%s %j is %j, in one line without the token', async (status, body, expected) => {
    for (const path of ['crm.item.get', 'crm.requisite.list', 'crm.address.list']) {
      put({ object: 'contact', id: 82, name: 'Ama', addresses: [{ CITY: 'Accra' }] })
      answer(status, body, path)
      const error = await failure()
      expect(error).toMatchObject(expected)
      expect(String(error)).toMatch(/^[^\n]+$/)
      expect(String(error)).not.toMatch(/secretcode|leaked|html/)
    }
  })

  it('is not provoked further by the records that follow once Bitrix24 throttles', async () => {
    put({ object: 'contact', id: 1, name: 'Ama' })
    api.setFaults([
      {
        effect: 'answer',
        path: 'crm.item.get',
        sent: '"id":2',
        status: 503,
        body: { error: 'QUERY_LIMIT_EXCEEDED' },
      },
    ])
    const answers = await fetched(ref('1'), ref('2'), ref('3'), ref('4'))
    expect(answers.map(({ kind }) => kind)).toEqual(['found', 'failed', 'failed', 'failed'])
    expect(callsTo(api).filter(([method]) => method === 'crm.item.get')).toHaveLength(2)
  })

  it.each([
    [{ origin: undefined }, 'NO_API_URL'],
    [{ accessToken: undefined }, 'NO_ACCESS_TOKEN'],
    [{ accessToken: 'https://acme.bitrix24.com/rest/17/secretcode/' }, 'BAD_SETTING'],
    [{ accessToken: '17/secret/../../code' }, 'BAD_SETTING'],
    [{ accessToken: 'secretcode' }, 'BAD_SETTING'],
  ])('is not needed to name what is missing: %j', async (changed, code) => {
    const error = await failureOf(fetchBitrix24Customers([ref('82')], { ...connectionTo(api), ...changed }))
    expect(error).toBeInstanceOf(Misconfigured)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain('secret')
    expect(api.ledger).toEqual([])
  })

  it('does not name the URL when the portal cannot be reached', async () => {
    const connection = { ...connectionTo(api), origin: 'http://127.0.0.1:9' }
    const error = await failureOf(fetchBitrix24Customers([ref('82')], connection))
    expect(error).toBeInstanceOf(RetryLater)
    expect(String(error)).not.toMatch(/secretcode|rest/)
  })
})
