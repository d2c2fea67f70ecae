import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { aProvider } from '../../support/a-provider.ts'
import { aClaim, aCustomer, aRef, clearNothing } from '../a-customer.ts'
import { publicKey, type Sandboxed, sandboxedNotchPay } from '../sandboxed.ts'

let here: Sandboxed
beforeEach(async () => {
  here = await sandboxedNotchPay()
})
afterEach(() => here.stop())

const payload = () => here.provider.toPayload(aCustomer(), aRef(), clearNothing)
const headers = { authorization: publicKey, accept: 'application/json', 'content-type': 'application/json' }

describe('the requests', () => {
  it('create with POST /customers, the raw key and the whole body', async () => {
    const { complete } = await here.provider.createCustomer(aClaim(), payload())
    expect(complete).toBe(true)
    const { method, path, body, ...request } = here.last()
    expect(`${method} ${path}`).toBe('POST /customers')
    expect(request.headers).toMatchObject({ ...headers, 'idempotency-key': 'create-901-0' })
    expect(JSON.parse(body)).toEqual(payload())
  })

  it('update with POST /customers/{id}', async () => {
    const { id } = await here.provider.createCustomer(aClaim(), payload())
    await here.provider.updateCustomer(id, payload())
    expect(here.last()).toMatchObject({ method: 'POST', path: `/customers/${id}`, status: 202, headers })
    expect(JSON.parse(here.last().body)).toEqual(payload())
  })

  it('retrieve, erase, block and unblock without a body', async () => {
    const { id } = await here.provider.createCustomer(aClaim(), payload())
    await here.provider.retrieveCustomer(id)
    await here.provider.blockCustomer(id)
    await here.provider.unblockCustomer(id)
    await here.provider.eraseCustomer(id, aRef())
    const sent = here.server.ledger.slice(1).map(({ method, path, body }) => `${method} ${path}${body}`)
    expect(sent).toEqual([
      `GET /customers/${id}`,
      `POST /customers/${id}/block`,
      `POST /customers/${id}/unblock`,
      `DELETE /customers/${id}`,
    ])
  })

  it('escape the id', async () => {
    await here.provider.updateCustomer('cus/1?é' as ProviderCustomerId, payload())
    expect(here.last().path).toBe('/customers/cus%2F1%3F%C3%A9')
  })
})

describe('answers', () => {
  const id = 'cus.aB3' as ProviderCustomerId

  it.each([
    ['under customer', { code: 202, customer: { id, phone: 237699001122 } }],
    ['under data', { code: '200', data: { id } }],
    ['bare', { id, phone: null, name: null, sandbox: true }],
    ['under customer, with odd fields', { customer: { id, email: 7, phone: {}, name: [], metadata: [] } }],
  ])('are read %s', async (_, body) => {
    here.answerNext(200, body)
    expect(await here.provider.retrieveCustomer(id)).toMatchObject({ id })
  })

  it('have a string as phone, whatever its type', async () => {
    here.answerNext(200, { customer: { id, phone: 237699001122 } })
    expect(await here.provider.retrieveCustomer(id)).toMatchObject({ phone: '237699001122' })
  })
})

describe('settings', () => {
  it.each([
    ['pk_test_x', 'test'],
    ['pk.test.x', 'test'],
    ['sb.x', 'test'],
    ['test-x', 'test'],
    ['pk_live_x', 'live'],
    ['pk.testament', 'live'],
    ['b.x', 'live'],
  ])('take the mode from the key %s: %s', (key, mode) => {
    expect(aProvider('notchpay', { secrets: { NOTCHPAY_PUBLIC_KEY: key } }).mode).toBe(mode)
  })

  it.each(['', ' ', 'pk test', 'pk_test_é', 'pk_test_x\n'])(
    'reject the key %p without repeating it',
    (key) => {
      expect(() => aProvider('notchpay', { secrets: { NOTCHPAY_PUBLIC_KEY: key } })).toThrow(
        expect.objectContaining({
          name: 'Misconfigured',
          code: 'BAD_KEY',
          message: expect.not.stringContaining('é'),
        }),
      )
    },
  )

  it.each([
    'sk_test_moves_money',
    'sk_live_moves_money',
    'sk.moves_money',
    'SK_TEST_moves_money',
    ' sk_moves_money',
  ])('reject the secret key %p and name the key that is expected', (key) => {
    expect(() => aProvider('notchpay', { secrets: { NOTCHPAY_PUBLIC_KEY: key } })).toThrow(
      expect.objectContaining({
        name: 'Misconfigured',
        code: 'BAD_KEY',
        message: expect.stringMatching(
          /^NOTCHPAY_PUBLIC_KEY holds a secret key: set the public key(?!.*money)/,
        ),
      }),
    )
  })

  it('reject another host, which must not receive the key', () => {
    const variables = { NOTCHPAY_API_URL: 'https://api.notchpay.com' }
    expect(() => aProvider('notchpay', { variables })).toThrow(/^NOTCHPAY_API_URL: /)
  })
})
