import { Misconfigured } from '../../../lib/core/model/errors.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { aSource } from '../../support/a-source.ts'
import { aRef, aRequest, bytes, rejectionOf } from '../requests.ts'

const writeBack = {
  contact: { notchpay: 'notchpay_customer_id' },
  company: { wooshpay: 'wooshpay_customer_id' },
}
let api: RunningSandbox
const start = async (scopes?: readonly string[]) => {
  const sandbox = hubspotSandbox({ accessToken: 'pat', portalId: 33, ...(scopes && { scopes }) })
  sandbox.putRecord?.({ object: 'contacts', id: '1', properties: { firstname: 'Ama' } })
  sandbox.putRecord?.({ object: 'contacts', id: '2', properties: {} })
  sandbox.putRecord?.({ object: 'companies', id: '1', properties: { name: 'Baobab' } })
  sandbox.putRecord?.({ object: 'properties', of: 'contacts', name: 'score', type: 'number' })
  sandbox.putRecord?.({ object: 'properties', of: 'contacts', name: 'locked', readOnly: true })
  api = await startSandbox(sandbox)
}
beforeEach(() => start())
afterEach(() => api.close())

const source = (config: object = { writeBack }) =>
  aSource('hubspot', {
    secrets: { HUBSPOT_ACCESS_TOKEN: '33=pat' },
    variables: { HUBSPOT_API_URL: api.url },
    config,
  })
const contact = aRef({ recordId: '1', account: '33' })
const company = aRef({ recordId: '1', account: '33', recordType: 'company' })
const write = (ref = contact, ids: object = { notchpay: 'cus.1' }, config?: object) =>
  source(config).writeBack?.write(ref, ids as never) ?? Promise.reject(new Error('off'))

it('is one PATCH of the property, with the token', async () => {
  expect(await write()).toBe('written')
  expect(await write(company, { wooshpay: '7710' })).toBe('written')
  expect(api.ledger).toMatchObject([
    {
      method: 'PATCH',
      path: '/crm/v3/objects/contacts/1',
      body: '{"properties":{"notchpay_customer_id":"cus.1"}}',
      headers: { authorization: 'Bearer pat', 'content-type': 'application/json' },
    },
    {
      method: 'PATCH',
      path: '/crm/v3/objects/companies/1',
      body: '{"properties":{"wooshpay_customer_id":"7710"}}',
    },
  ])
})

it('reads the property with one record and with many', async () => {
  await write()
  const { fetchCustomers } = source()
  const held = async (refs: (typeof contact)[]) =>
    (await fetchCustomers?.(refs))?.map((it) => it.kind === 'found' && it.customerIds)
  expect(await held([contact])).toEqual([{ notchpay: 'cus.1' }])
  expect(await held([contact, { ...contact, recordId: '2' }, company])).toEqual([
    { notchpay: 'cus.1' },
    { notchpay: null },
    { wooshpay: null },
  ])
})

it.each(['score', 'locked', 'nowhere'])(
  'is refused where the property cannot hold an id: %s',
  async (name) => {
    const config = { writeBack: { contact: { notchpay: name } } }
    const error = await rejectionOf(() => write(contact, undefined, config))
    expect(error).toBeInstanceOf(Misconfigured)
    expect(String(error)).toContain('create the property that sync.config.ts names, as single-line text')
  },
)

it('names the scope that the token lacks', async () => {
  await api.close()
  await start(['crm.objects.contacts.read', 'crm.objects.companies.read'])
  for (const [ref, ids] of [
    [contact, { notchpay: '1' }],
    [company, { wooshpay: '1' }],
  ] as const) {
    const error = await rejectionOf(() => write(ref, ids))
    expect(String(error)).toContain(`crm.objects.${ref === contact ? 'contacts' : 'companies'}.write`)
  }
})

it('tries again when the token is refused, which the next read reports', async () => {
  api.setFaults([{ method: 'PATCH', effect: 'answer', status: 401 }])
  expect(await rejectionOf(() => write())).toMatchObject({ name: 'RetryLater', counts: false, status: 401 })
})

it('waits for as long as HubSpot limits the rate', async () => {
  const headers = { 'x-hubspot-ratelimit-interval-milliseconds': '10000' }
  api.setFaults([{ method: 'PATCH', effect: 'answer', status: 429, headers }])
  expect(await rejectionOf(() => write())).toMatchObject({ code: 'CRM_THROTTLED', afterSeconds: 10 })
})

describe('an event', () => {
  const read = async (events: object[], config: object = { writeBack }) =>
    source(config).door?.readChanges(aRequest({ body: bytes(events) }))
  const event = (changes: object) => ({
    portalId: 33,
    objectId: 1,
    eventId: 5,
    occurredAt: 1_772_442_900_000,
    subscriptionType: 'contact.propertyChange',
    ...changes,
  })

  it.each([
    ['contact.propertyChange', { propertyName: 'notchpay_customer_id' }],
    ['object.propertyChange', { objectTypeId: '0-1', propertyName: 'notchpay_customer_id' }],
    ['company.propertyChange', { propertyName: 'wooshpay_customer_id' }],
  ])('of our property is ignored: %s', async (subscriptionType, rest) => {
    expect(await read([event({ subscriptionType, ...rest })])).toMatchObject({ changes: [], ignored: 1 })
  })

  it.each([
    ['of another property', { propertyName: 'email' }],
    ['of the property that holds ids in another type of record', { propertyName: 'wooshpay_customer_id' }],
    ['without a property', {}],
    ['of a creation', { subscriptionType: 'contact.creation', propertyName: 'notchpay_customer_id' }],
    ['of a merge', { subscriptionType: 'contact.merge', propertyName: 'notchpay_customer_id' }],
    ['of a deletion', { subscriptionType: 'contact.deletion', propertyName: 'notchpay_customer_id' }],
  ])('%s is followed', async (_, changes) => {
    expect(await read([event(changes)])).toMatchObject({ changes: [{ recordId: '1' }], ignored: 0 })
  })

  it('of another property in the same batch is followed', async () => {
    const batch = [event({ propertyName: 'notchpay_customer_id' }), event({ propertyName: 'phone' })]
    expect(await read(batch)).toMatchObject({ changes: [{ recordId: '1' }], ignored: 1 })
  })
})
