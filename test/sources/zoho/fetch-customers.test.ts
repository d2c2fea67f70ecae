import { failureOf } from '../requests.ts'
import { aContact, aContactRef, startZoho, type ZohoWorld } from './zoho-world.ts'

const ids = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => String(5843101000000600000n + BigInt(first + index)))

let world: ZohoWorld
beforeEach(async () => {
  world = await startZoho([aContact()])
})
afterEach(() => world.close())

const fetchAll = (recordIds: readonly string[]) =>
  world.source().fetchCustomers?.(recordIds.map((id) => aContactRef(id))) ?? Promise.resolve([])

describe('reading records back', () => {
  it('reads one by its id, with the fields that are mapped', async () => {
    expect(await world.source().fetchCustomers?.([aContactRef()])).toMatchObject([
      {
        kind: 'found',
        version: '2026-03-02T09:00:00.000Z',
        mergedIds: [],
        customer: { name: { full: 'Aminata Koné' }, phone: '+2250708123456', companyName: null },
      },
    ])
    const [call] = world.api.ledger
    expect([call?.method, call?.path]).toEqual(['GET', '/crm/v8/Contacts/5843101000000575101'])
    expect(call?.query.get('fields')?.split(',')).toEqual([
      ...['First_Name', 'Last_Name', 'Full_Name', 'Email', 'Phone', 'Mobile', 'Account_Name'],
      ...[
        'Mailing_Street',
        'Mailing_City',
        'Mailing_State',
        'Mailing_Zip',
        'Mailing_Country',
        'Modified_Time',
      ],
    ])
  })

  it('reads a hundred in one call, and each record once', async () => {
    const wanted = ids(101)
    for (const id of wanted) world.api.sandbox.putRecord?.(aContact({ id }))
    const answers = await fetchAll([...wanted, ...wanted])
    expect(answers.map(({ kind }) => kind)).toEqual(Array(202).fill('found'))
    expect(world.calls().toSorted()).toEqual(['GET /crm/v8/Contacts', `GET /crm/v8/Contacts/${wanted[100]}`])
    expect(
      world.api.ledger
        .find(({ path }) => path === '/crm/v8/Contacts')
        ?.query.get('ids')
        ?.split(','),
    ).toHaveLength(100)
  })

  it('reads each module on its own', async () => {
    world.api.sandbox.putRecord?.({ object: 'Accounts', id: '7', Account_Name: 'Comptoir Koné' })
    world.api.sandbox.putRecord?.({
      object: 'Leads',
      id: '7',
      Last_Name: 'Nakato',
      Company: 'Nakato Designs',
    })
    const refs = (['contact', 'company', 'lead'] as const).map((recordType) => ({
      ...aContactRef(recordType === 'contact' ? undefined : '7'),
      recordType,
    }))
    expect(await world.source().fetchCustomers?.(refs)).toMatchObject([
      { customer: { name: { full: 'Aminata Koné' } } },
      { customer: { companyName: 'Comptoir Koné' } },
      { customer: { companyName: 'Nakato Designs' } },
    ])
  })

  it('believes that a record is gone only when asked for it alone', async () => {
    expect(await fetchAll(['5843101000000575101', '5843101000000575109'])).toMatchObject([
      { kind: 'found' },
      { kind: 'deleted' },
    ])
    expect(world.calls()).toEqual(['GET /crm/v8/Contacts', 'GET /crm/v8/Contacts/5843101000000575109'])
  })

  it('does not take an answer that lacks records for deletions', async () => {
    world.api.sandbox.putRecord?.(aContact({ id: '8' }))
    world.api.setFaults([{ effect: 'answer', status: 204, times: 1 }])
    expect(await fetchAll(['5843101000000575101', '8'])).toMatchObject([{ kind: 'found' }, { kind: 'found' }])
  })

  it('reads each record on its own when Zoho refuses one of the ids', async () => {
    world.api.setFaults([{ effect: 'answer', status: 400, body: { code: 'INVALID_DATA' }, times: 1 }])
    expect(await fetchAll(['5843101000000575101', '8'])).toMatchObject([
      { kind: 'found' },
      { kind: 'deleted' },
    ])
  })

  it('does not read records one by one when Zoho is down', async () => {
    world.api.setFaults([{ effect: 'answer', status: 503 }])
    expect(await failureOf(fetchAll(['5843101000000575101', '8']))).toMatchObject({ code: 'CRM_UNAVAILABLE' })
    expect(world.calls()).toEqual(['GET /crm/v8/Contacts'])
  })

  it('is throttled without a Retry-After', async () => {
    world.api.setFaults([{ effect: 'answer', status: 429, body: { code: 'TOO_MANY_REQUESTS' } }])
    expect(await failureOf(fetchAll(['8']))).toMatchObject({
      code: 'CRM_THROTTLED',
      counts: false,
      afterSeconds: undefined,
    })
  })

  it('takes a 404 about the URL for a wrong address, never for a deleted customer', async () => {
    world.api.setFaults([{ effect: 'answer', status: 404, body: { code: 'INVALID_URL_PATTERN' } }])
    expect(await failureOf(fetchAll(['8']))).toMatchObject({ name: 'Misconfigured', code: 'CRM_NOT_THERE' })
  })

  it.each<[string, unknown]>([
    ['another record', { data: [{ id: '9', Modified_Time: '2026-03-02T09:00:00+00:00' }] }],
    ['a record without the time of its last change', { data: [{ id: '8', Modified_Time: null }] }],
    ['an empty list', { data: [] }],
    ['an error with status 200', { code: 'INTERNAL_ERROR', status: 'error' }],
  ])('tries again after %s', async (_, body) => {
    world.api.setFaults([{ effect: 'answer', status: 200, body }])
    expect(await failureOf(fetchAll(['8']))).toMatchObject({
      name: 'RetryLater',
      code: 'CRM_ANSWER_UNREADABLE',
    })
  })
})
