import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { aProvider } from '../../support/a-provider.ts'
import { aClaim, aCustomer, aRef, clearNothing } from '../a-customer.ts'
import { type Sandboxed, sandboxedWooshPay, secretKey } from '../sandboxed.ts'

let here: Sandboxed
beforeEach(async () => {
  here = await sandboxedWooshPay()
})
afterEach(() => here.stop())

const payload = (different = {}) => here.provider.toPayload(aCustomer(different), aRef(), clearNothing)
const identity = { crm_source: 'hubspot', crm_account: '4711', crm_record: 'contact:901' }
const headers = {
  // base64 of "sk_test_sandbox:"
  authorization: 'Basic c2tfdGVzdF9zYW5kYm94Og==',
  accept: 'application/json',
  'content-type': 'application/json',
}

describe('the requests', () => {
  it('create with POST /v1/customers and a body that depends on the claim only', async () => {
    const first = await here.provider.createCustomer(aClaim(), payload())
    const again = await here.provider.createCustomer(aClaim(), payload({ email: 'changed@example.cm' }))
    expect(again).toEqual(first)
    expect(first.complete).toBe(false)
    for (const request of here.server.ledger) {
      expect(request).toMatchObject({ method: 'POST', path: '/v1/customers', status: 200 })
      expect(request.headers).toMatchObject({ ...headers, 'idempotency-key': 'create-901-0' })
      expect(JSON.parse(request.body)).toEqual({ metadata: identity })
    }
  })

  it('update with POST /v1/customers/{id} and the whole body', async () => {
    const { id } = await here.provider.createCustomer(aClaim(), payload())
    await here.provider.updateCustomer(id, payload())
    expect(here.last()).toMatchObject({ method: 'POST', path: `/v1/customers/${id}`, status: 200, headers })
    expect(here.last().headers).not.toHaveProperty('idempotency-key')
    expect(JSON.parse(here.last().body)).toEqual(payload())
  })
})

describe('the WooshPay adapter', () => {
  it('is undecided when the idempotency key was used with another body', async () => {
    await here.provider.createCustomer(aClaim(), payload())
    const other = { ref: aRef({ recordId: '902' }), idempotencyKey: 'create-901-0' }
    await expect(here.provider.createCustomer(other, payload())).rejects.toThrow(
      expect.objectContaining({ name: 'Undecided', code: 'IDEMPOTENCY_CONFLICT' }),
    )
    expect(here.held()).toHaveLength(1)
  })

  it('never searches', async () => {
    await expect(here.provider.findCustomers(aCustomer(), aRef())).rejects.toThrow(/abilities\.search/)
    expect(here.calls()).toBe(0)
  })
})

it.each([
  ['milliseconds', 1_695_645_775_000],
  ['seconds', 1_695_645_775],
])('reads a time in %s', async (_, created) => {
  const id = 'cus_1706288169156083712' as ProviderCustomerId
  here.answerNext(200, { id, object: 'customer', created, livemode: false, address: {}, metadata: null })
  expect(await here.provider.retrieveCustomer(id)).toMatchObject({
    created: '2023-09-25T12:42:55.000Z',
    address: {},
  })
})

it.each([1e300, -1, 8.64e15 + 1])('reads a customer that was created at %p', async (created) => {
  const id = 'cus_1' as ProviderCustomerId
  here.answerNext(200, { id, created })
  expect(await here.provider.retrieveCustomer(id)).toMatchObject({ id })
})

it('requires no field but the id', async () => {
  const id = 'cus_1' as ProviderCustomerId
  here.answerNext(200, { id, created: 'yesterday', email: 7, metadata: 'none', phone: [] })
  expect(await here.provider.retrieveCustomer(id)).toMatchObject({ id })
})

describe('settings', () => {
  const connect = (key: string, apiUrl?: string) => () =>
    aProvider('wooshpay', {
      secrets: { WOOSHPAY_SECRET_KEY: key },
      variables: apiUrl === undefined ? {} : { WOOSHPAY_API_URL: apiUrl },
    })
  const encoded = Buffer.from(`${secretKey}:`).toString('base64')

  it.each([
    ['sk_live_NTE2', 'live'],
    ['sk_test_NTE2', 'test'],
    [encoded, 'test'],
  ])('take the mode from the key %s: %s', (key, mode) => {
    expect(connect(key)().mode).toBe(mode)
  })

  it('send a key that is already encoded like a plain one', async () => {
    const provider = connect(encoded, here.server.url)()
    await provider.retrieveCustomer('cus_1' as ProviderCustomerId)
    expect(here.last()).toMatchObject({ status: 404, headers })
  })

  it.each(['', 'pk_live_NTE2', 'sk_NTE2', 'sk_live_', 'sk_live_a b', 'c2s=', 'sk_live_a\n'])(
    'reject the key %p without repeating it',
    (key) => {
      expect(connect(key)).toThrow(
        expect.objectContaining({
          name: 'Misconfigured',
          code: 'BAD_KEY',
          message: expect.not.stringMatching(/NTE2/),
        }),
      )
    },
  )

  it.each(['pk_live_NTE2', 'pk_test_NTE2', Buffer.from('pk_live_NTE2:').toString('base64')])(
    'report that the public key %p is not the secret key',
    (key) => {
      expect(connect(key)).toThrow(
        expect.objectContaining({
          code: 'BAD_KEY',
          message: 'WOOSHPAY_SECRET_KEY holds a public key: set the secret key, sk_live_… or sk_test_…',
        }),
      )
    },
  )

  it.each([
    ['sk_live_x', 'https://apitest.wooshpay.com'],
    ['sk_test_x', 'https://api.wooshpay.com'],
  ])('reject the key %s at %s, the other mode', (key, apiUrl) => {
    expect(connect(key, apiUrl)).toThrow(
      expect.objectContaining({ name: 'Misconfigured', code: 'WRONG_MODE' }),
    )
  })

  it.each([
    ['sk_live_x', 'https://api.wooshpay.com'],
    ['sk_test_x', 'https://apitest.wooshpay.com'],
    ['sk_live_x', 'http://127.0.0.1:4020'],
  ])('accept the key %s at %s', (key, apiUrl) => {
    expect(connect(key, apiUrl)).not.toThrow()
  })

  it('reject the misspelled host of the introduction', () => {
    expect(connect('sk_live_x', 'https://api.whooshpay.com')).toThrow(/^WOOSHPAY_API_URL: /)
  })
})
