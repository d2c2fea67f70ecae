import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { parseAccessTokens } from '../../../lib/sources/hubspot/access-tokens.ts'
import { fetchHubspotCustomers } from '../../../lib/sources/hubspot/fetch-customers.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { aRef, clock, failureOf, thrownBy } from '../requests.ts'

const contact = (recordId: string, account = '33') => aRef({ recordId, account })
const company = (recordId: string) => aRef({ recordId, account: '33', recordType: 'company' })

let api: RunningSandbox
beforeEach(async () => {
  const sandbox = hubspotSandbox({ accessToken: 'pat-33', portalId: 33 })
  for (const id of ['1', '2', '3'])
    sandbox.putRecord?.({ object: 'contacts', id, properties: { firstname: `Ama ${id}` } })
  sandbox.putRecord?.({ object: 'contacts', id: '4', deleted: true })
  sandbox.putRecord?.({ object: 'contacts', id: '5', mergedInto: '1' })
  sandbox.putRecord?.({ object: 'companies', id: '1', properties: { name: 'Baobab' } })
  api = await startSandbox(sandbox)
})
afterEach(() => api.close())

const fetched = (refs: Parameters<typeof fetchHubspotCustomers>[0], tokens = '33=pat-33') =>
  fetchHubspotCustomers(refs, { origin: api.url, accessTokens: parseAccessTokens(tokens), clock })
const calls = () => api.ledger.map(({ method, path }) => `${method} ${path}`)

describe('reading HubSpot records', () => {
  it('reads one record by GET, with its properties by name and the token', async () => {
    expect(await fetched([contact('1')])).toMatchObject([
      { kind: 'found', customer: { name: { given: 'Ama 1' } } },
    ])
    expect(calls()).toEqual(['GET /crm/v3/objects/contacts/1'])
    const [request] = api.ledger
    expect(request?.query.get('properties')?.split(',')).toEqual(
      expect.arrayContaining([
        'firstname',
        'lastname',
        'email',
        'phone',
        'mobilephone',
        'company',
        'address',
        'city',
        'state',
        'zip',
        'country',
        'hs_country_region_code',
        'lastmodifieddate',
        'hs_merged_object_ids',
      ]),
    )
    expect(request?.headers).toMatchObject({ authorization: 'Bearer pat-33', accept: 'application/json' })
  })

  it('reads several records in one call', async () => {
    const answers = await fetched([contact('3'), contact('1'), contact('2'), contact('1')])
    expect(answers.map((it) => it.kind === 'found' && it.customer.name?.given)).toEqual([
      'Ama 3',
      'Ama 1',
      'Ama 2',
      'Ama 1',
    ])
    expect(calls()).toEqual(['POST /crm/v3/objects/contacts/batch/read'])
    expect(JSON.parse(api.ledger[0]?.body ?? '')).toMatchObject({
      inputs: [{ id: '3' }, { id: '1' }, { id: '2' }],
    })
  })

  it('reads records that a batch omitted one by one, to distinguish deleted from merged', async () => {
    const answers = await fetched([contact('4'), contact('5'), contact('1')])
    expect(answers).toMatchObject([{ kind: 'deleted' }, { kind: 'merged', intoId: '1' }, { kind: 'found' }])
    expect(calls().toSorted()).toEqual([
      'GET /crm/v3/objects/contacts/4',
      'GET /crm/v3/objects/contacts/5',
      'POST /crm/v3/objects/contacts/batch/read',
    ])
  })

  it('reads 250 records in three batches', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => String(1000 + index))
    for (const id of ids) api.sandbox.putRecord?.({ object: 'contacts', id })
    const answers = await fetched(ids.map((id) => contact(id)))
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true)
    expect(calls()).toHaveLength(3)
  })

  it('keeps contacts and companies with the same id apart', async () => {
    expect(await fetched([contact('1'), company('1')])).toMatchObject([
      { customer: { name: { given: 'Ama 1' } } },
      { customer: { name: { full: 'Baobab' } } },
    ])
  })

  it('does not let the failure of one portal affect another', async () => {
    const answers = await fetched(
      [contact('1'), contact('1', '44'), contact('1', '55')],
      '33=pat-33,44=revoked',
    )
    expect(answers).toMatchObject([
      { kind: 'found' },
      { kind: 'failed', error: { code: 'CRM_DENIED' } },
      { kind: 'failed', error: { code: 'NO_ACCESS_TOKEN', message: expect.stringContaining('portal 55') } },
    ])
  })

  it('does not let a rejected record fail the others in its batch', async () => {
    api.setFaults([{ path: 'batch/read', effect: 'answer', status: 400 }])
    expect(await fetched([contact('1'), contact('4')])).toMatchObject([
      { kind: 'found' },
      { kind: 'deleted' },
    ])
  })

  it('does not let an unreadable record fail the others in its batch', async () => {
    const good = { id: '1', properties: { firstname: 'Ama' }, updatedAt: '2026-03-02T09:00:00Z' }
    api.setFaults([
      { path: 'batch/read', effect: 'answer', status: 200, body: { results: [good, { id: '2' }] } },
      { path: 'contacts/2$', effect: 'answer', status: 200, body: { id: '2' } },
    ])
    expect(await fetched([contact('1'), contact('2')])).toMatchObject([
      { kind: 'found' },
      { kind: 'failed', error: { code: 'CRM_ANSWER_UNREADABLE' } },
    ])
  })

  it('does not repeat the name of an unreadable property', async () => {
    const body = { id: '1', properties: { amelie_bassa: { deep: 1 } }, updatedAt: '2026-03-02T09:00:00Z' }
    api.setFaults([{ effect: 'answer', status: 200, body }])
    expect(await failureOf(fetched([contact('1')]))).toMatchObject({
      code: 'CRM_ANSWER_UNREADABLE',
      message: expect.stringMatching(/: properties is not as expected$/),
    })
  })

  it('fails for every record when the batch call fails', async () => {
    api.setFaults([{ effect: 'answer', status: 502 }])
    expect(await failureOf(fetched([contact('1'), contact('2')]))).toMatchObject({ code: 'CRM_FAILED' })
    expect(calls()).toHaveLength(1)
  })

  it('waits as long as HubSpot’s rolling limit says', async () => {
    const headers = { 'x-hubspot-ratelimit-interval-milliseconds': '10000' }
    api.setFaults([{ effect: 'answer', status: 429, headers }])
    expect(await failureOf(fetched([contact('1')]))).toMatchObject({
      code: 'CRM_THROTTLED',
      afterSeconds: 10,
      counts: false,
    })
  })

  it('waits as long as Retry-After says when it is present', async () => {
    api.setFaults([
      {
        effect: 'answer',
        status: 429,
        headers: { 'retry-after': '7', 'x-hubspot-ratelimit-interval-milliseconds': '10000' },
      },
    ])
    expect(await failureOf(fetched([contact('1')]))).toMatchObject({ afterSeconds: 7 })
  })

  it('does not support leads', async () => {
    expect(await fetched([{ ...contact('1'), recordType: 'lead' }])).toMatchObject([
      { kind: 'failed', error: { code: 'UNKNOWN_RECORD_TYPE' } },
    ])
    expect(calls()).toEqual([])
  })
})

describe('HUBSPOT_ACCESS_TOKEN', () => {
  it.each([
    [undefined, { byAccount: {} }],
    ['', { byAccount: {} }],
    ['pat-na1-1', { default: 'pat-na1-1', byAccount: {} }],
    ['33=pat-a, 44=pat-b', { byAccount: { 33: 'pat-a', 44: 'pat-b' } }],
    ['33=pat-a,pat-rest', { default: 'pat-rest', byAccount: { 33: 'pat-a' } }],
  ])('%j is accepted', (text, tokens) => {
    expect(parseAccessTokens(text)).toEqual(tokens)
  })

  it.each(['one,two', 'portal=token', '33= token', 'a b'])(
    '%j is rejected without being repeated',
    (text) => {
      const error = thrownBy(() => parseAccessTokens(text))
      expect(error).toMatchObject({
        code: 'BAD_SETTING',
        message: expect.stringContaining('HUBSPOT_ACCESS_TOKEN'),
      })
      expect(String(error)).not.toContain(text)
    },
  )
})
