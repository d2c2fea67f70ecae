import { SyncError } from '../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import type { PaymentProvider } from '../../lib/core/ports/payment-provider.ts'
import { aClaim, aCustomer, aRef, clearNothing } from './a-customer.ts'
import {
  now,
  publicKey,
  type Sandboxed,
  sandboxedNotchPay,
  sandboxedWooshPay,
  secretKey,
} from './sandboxed.ts'

const cases = [
  ['Notch Pay', sandboxedNotchPay],
  ['WooshPay', sandboxedWooshPay],
] as const

describe.each(cases)('the response of %s, and its consequence', (_, start) => {
  let here: Sandboxed
  let provider: PaymentProvider
  beforeEach(async () => {
    here = await start()
    provider = here.provider
  })
  afterEach(() => here.stop())

  const payload = () => provider.toPayload(aCustomer(), aRef(), clearNothing)
  const create = () => provider.createCustomer(aClaim(), payload())
  const errorOf = async (call: () => Promise<unknown>): Promise<SyncError> => {
    const outcome = await call().catch((error: unknown) => error)
    if (!(outcome instanceof SyncError)) throw new Error('expected a failure')
    return outcome
  }

  it.each([
    [301, 'Misconfigured', { code: 'REDIRECTED' }],
    [400, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [401, 'Misconfigured', { code: 'KEY_REFUSED' }],
    [402, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [403, 'Misconfigured', { code: 'KEY_REFUSED' }],
    [404, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [405, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [406, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [408, 'RetryLater', { code: 'PROVIDER_FAILED', ambiguous: true, counts: true }],
    [410, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [413, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [422, 'Rejected', { code: 'REFUSED_BY_PROVIDER' }],
    [425, 'RetryLater', { code: 'PROVIDER_BUSY', ambiguous: false, counts: true }],
    [429, 'RetryLater', { code: 'THROTTLED', ambiguous: false, counts: false }],
    [500, 'RetryLater', { code: 'PROVIDER_FAILED', ambiguous: true, counts: true }],
    [502, 'RetryLater', { code: 'PROVIDER_FAILED', ambiguous: true, counts: true }],
    [503, 'RetryLater', { code: 'PROVIDER_UNAVAILABLE', ambiguous: true, counts: false }],
    [504, 'RetryLater', { code: 'PROVIDER_FAILED', ambiguous: true, counts: true }],
  ])('turns a create answered %i into %s', async (status, name, expected) => {
    here.answerNext(status, { message: 'Something' })
    expect(await errorOf(create)).toMatchObject({ name, status, ...expected })
  })

  it.each([{ message: 'Customer not found' }, { error: { code: 'resource_missing' } }, ''])(
    'treats an update answered 404 with %j as a deleted customer',
    async (body) => {
      here.answerNext(404, body)
      expect(await provider.updateCustomer('cus_1' as ProviderCustomerId, payload())).toBe('not-found')
    },
  )

  it('does not treat a 404 web page as a deleted customer', async () => {
    here.answerNext(404, '<html>nothing here</html>')
    const error = await errorOf(() => provider.updateCustomer('cus_1' as ProviderCustomerId, payload()))
    expect(error).toMatchObject({ name: 'Misconfigured', code: 'API_NOT_THERE' })
  })

  it.each([200, 201, 202, 203])('accepts any 2xx, such as %i', async (status) => {
    const { id } = await create()
    here.server.setFaults([{ effect: 'answer', status, body: { id } }])
    expect(await provider.updateCustomer(id, payload())).toBe('updated')
  })

  it.each([
    ['no body', ''],
    ['HTML', '<html>OK</html>'],
    ['truncated JSON', '{"id": "cus_1'],
    ['no id', { code: 200, message: 'done' }],
    ['a blank id', { id: ' ' }],
    ['an id that is a number', { id: 1953770230215868416n.toString().length }],
    ['an empty list, as PHP writes an empty object', { customer: [] }],
    ['null', 'null'],
  ])('reports the result of a 2xx with %s as unknown', async (_what, body) => {
    here.answerNext(200, body)
    expect(await errorOf(create)).toMatchObject({ code: 'UNREADABLE_ANSWER', ambiguous: true })
    const { id } = await create()
    here.answerNext(200, body)
    const update = await errorOf(() => provider.updateCustomer(id, payload()))
    expect(update).toMatchObject({ name: 'RetryLater', code: 'UNREADABLE_ANSWER' })
  })

  it('is undecided when the response is about another customer than requested', async () => {
    const { id } = await create()
    here.answerNext(200, { id: 'cus_other' })
    expect(await errorOf(() => provider.updateCustomer(id, payload()))).toMatchObject({
      name: 'Undecided',
      code: 'ID_MISMATCH',
      candidates: [id, 'cus_other'],
    })
  })

  it.each([
    [{ 'retry-after': '30' }, 30],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:02:00 GMT' }, 120],
    [{ 'x-ratelimit-reset': String(now.getTime() / 1000 + 45) }, 45],
    [{}, undefined],
  ])('waits as long as a 429 with %j asks', async (headers, afterSeconds) => {
    here.answerNext(429, { message: 'Rate limit exceeded' }, headers)
    expect(await errorOf(create)).toMatchObject({ code: 'THROTTLED', afterSeconds })
  })

  it('keeps the field and the reason, and no personal data', async () => {
    const { id } = await create()
    const { email, phone } = aCustomer()
    here.answerNext(422, {
      message: `Aïssatou Mbarga <${email}> at 12 Rue de la Joie\nis refused`,
      errors: { phone: [`The number ${phone} of "Aïssatou" is taken.`] },
    })
    const error = await errorOf(() => provider.updateCustomer(id, payload()))
    expect(error).toMatchObject({ code: 'REFUSED_BY_PROVIDER', field: 'phone' })
    expect(error.message).toMatch(/422.*is refused.*is taken/)
    expect(error.message).not.toMatch(/mbarga|aïssatou|joie|699|example\.cm|\n/i)
  })

  it('keeps common words that also occur in the record type', async () => {
    const { id } = await create()
    here.answerNext(422, { message: 'Your account has been suspended. Contact support.' })
    const { message } = await errorOf(() => provider.updateCustomer(id, payload()))
    expect(message).toContain(': Your account has been suspended. Contact support; correct')
  })

  it('does not treat a field’s value as a field name', async () => {
    const { id } = await create()
    here.answerNext(422, { error: { message: 'Refused', param: 'Mbarga' } })
    const error = await errorOf(() => provider.updateCustomer(id, payload()))
    expect(error).toMatchObject({ code: 'REFUSED_BY_PROVIDER', field: undefined })
  })

  it('never repeats our key when the provider quotes it', async () => {
    await create()
    const header = here.last().headers['authorization'] ?? ''
    const key = [publicKey, secretKey].find((it) => header.includes(it)) ?? secretKey
    here.answerNext(401, { message: `No such key in test mode: ${key} (${header})` })
    const { message } = await errorOf(create)
    expect(message).toContain('No such key in test mode: …')
    expect(message).not.toContain(key)
    expect(message).not.toContain(header.replace('Basic ', ''))
  })

  it.each(['"', '<', '{', '[[[[', '\u0000', 'null', '{"error":{"message":{}}}', 'x'.repeat(100_000)])(
    'reduces an error response such as %.20p to one line',
    async (body) => {
      here.answerNext(500, body)
      const { message } = await errorOf(create)
      expect(message).toMatch(/answered 500 to POST/)
      expect(message.length).toBeLessThan(300)
      expect(message).not.toMatch(/\p{Cc}/u)
    },
  )

  it('does not follow a redirect', async () => {
    here.answerNext(307, '', { location: `${here.server.url}/elsewhere` })
    await errorOf(create)
    expect(here.server.ledger).toHaveLength(1)
  })

  it('reports a create that never reached the API as unambiguous', async () => {
    await here.stop()
    expect(await errorOf(create)).toMatchObject({ code: 'NETWORK', ambiguous: false, counts: false })
  })
})

it('treats a 409 as final at Notch Pay, and as a request in progress at WooshPay', async () => {
  for (const [start, expected] of [
    [sandboxedNotchPay, { name: 'Rejected' }],
    [sandboxedWooshPay, { name: 'RetryLater', ambiguous: true }],
  ] as const) {
    const here = await start()
    here.answerNext(409, { error: { type: 'idempotency_error', message: 'in use' } })
    const payload = here.provider.toPayload(aCustomer(), aRef(), clearNothing)
    await expect(here.provider.createCustomer(aClaim(), payload)).rejects.toThrow(
      expect.objectContaining(expected),
    )
    await here.stop()
  }
})
