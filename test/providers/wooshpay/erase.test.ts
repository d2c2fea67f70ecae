import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { aClaim, aCustomer, aRef, clearNothing } from '../a-customer.ts'
import { type Sandboxed, sandboxedWooshPay } from '../sandboxed.ts'

let here: Sandboxed
let id: ProviderCustomerId
beforeEach(async () => {
  here = await sandboxedWooshPay()
  const payload = here.provider.toPayload(aCustomer(), aRef(), clearNothing)
  id = (await here.provider.createCustomer(aClaim(), payload)).id
  await here.provider.updateCustomer(id, payload)
  here.server.ledger.length = 0
})
afterEach(() => here.stop())

const identity = { crm_source: 'hubspot', crm_account: '4711', crm_record: 'contact:901' }
const marked = { ...identity, erased: 'true' }
const erase = () => here.provider.eraseCustomer(id, aRef())
const calls = () => here.server.ledger.map(({ method, path }) => `${method} ${path}`)
const incomplete = (field: string | undefined) =>
  expect.objectContaining({ name: 'Rejected', code: 'ERASE_INCOMPLETE', field })

/** Overwrites the customer, but every later response shows this. */
const answerWith = (body: object) =>
  here.server.setFaults([
    { effect: 'commit-then-answer', method: 'POST', status: 200, body: { id, ...body } },
  ])

it('reads the customer and overwrites it, including metadata that is not ours', async () => {
  await erase()
  expect(calls()).toEqual([`GET /v1/customers/${id}`, `POST /v1/customers/${id}`])
  expect(JSON.parse(here.last().body)).toEqual({
    name: '',
    email: '',
    phone: '',
    description: '',
    address: '',
    shipping: '',
    metadata: { tier: '', company_name: '', ...marked },
  })
  expect(here.held()).toEqual([expect.objectContaining({ id, metadata: marked })])
})

it.each<[string, object]>([
  ['email', { email: 'aissatou.mbarga@example.cm' }],
  ['phone', { phone: 237699001122 }],
  ['name', { name: ['Aïssatou'] }],
  ['address', { address: { city: 'Douala' } }],
  ['shipping', { shipping: { name: '', address: { line1: '7 Phố Huế' } } }],
  ['payment_method', { payment_method: 'pm_1706288169156083712' }],
  ['payment_method', { payment_method: { billing_details: { name: 'Aïssatou' } } }],
  ['tax_ids', { tax_ids: { object: 'list', data: [{ value: 'CM-1234567' }] } }],
  ['nickname', { nickname: 'Aïssa' }],
  ['metadata', { metadata: { ...marked, tier: 'gold' } }],
  ['metadata', { metadata: { ...marked, nested: { note: 'gold' } } }],
])('fails when the response still shows the %s', async (field, left) => {
  answerWith({ metadata: marked, ...left })
  await expect(erase()).rejects.toThrow(incomplete(field))
})

it('does not repeat an unknown field name', async () => {
  answerWith({ metadata: marked, 'Aïssatou Mbarga': 'yes' })
  await expect(erase()).rejects.toThrow(incomplete(undefined))
})

it('accepts blank and absent fields, and impersonal ones, as erased', async () => {
  answerWith({
    object: 'customer',
    created: 1695645775000,
    livemode: false,
    currency: 'xaf',
    preferred_locales: ['fr'],
    balance: 0,
    name: null,
    email: '',
    address: {},
    shipping: { address: { city: '' } },
    payment_method: '',
    sources: { object: 'list', data: [], has_more: false, url: `/v1/customers/${id}/sources` },
    metadata: { ...marked, tier: '', company_name: null },
  })
  await expect(erase()).resolves.toBe('done')
})

it.each<[string, object]>([
  ['no metadata', {}],
  ['empty metadata, as PHP writes it', { metadata: [] }],
  ['metadata without the marker just written', { metadata: identity }],
])('reads the customer once more when the response shows %s', async (_, shown) => {
  answerWith(shown)
  await expect(erase()).resolves.toBe('done')
  expect(calls()).toEqual([`GET /v1/customers/${id}`, `POST /v1/customers/${id}`, `GET /v1/customers/${id}`])
})

it('fails when no response shows the metadata', async () => {
  here.server.setFaults([{ effect: 'commit-then-answer', status: 200, body: { id, address: {} } }])
  await expect(erase()).rejects.toThrow(incomplete('metadata'))
  await expect(erase()).rejects.toThrow(/does not show the metadata.*ask WooshPay to erase it/)
})

it('succeeds when the customer is deleted before it is read once more', async () => {
  here.server.setFaults([
    { effect: 'commit-then-answer', method: 'POST', status: 200, body: { id } },
    { effect: 'commit-then-answer', method: 'GET', times: 1, status: 200, body: { id } },
    { effect: 'answer', method: 'GET', status: 404, body: { error: { message: 'No such customer' } } },
  ])
  await expect(erase()).resolves.toBe('done')
})
