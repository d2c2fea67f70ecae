import { RetryLater } from '../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { jsonCases } from '../support/corpora.ts'
import { aClaim, aCustomer, aRef, clearNothing } from './a-customer.ts'
import { type Sandboxed, sandboxedNotchPay, sandboxedWooshPay } from './sandboxed.ts'

jest.setTimeout(60_000)

const page = '<!doctype html><html><head><title>Welcome</title></head><body>It works!</body></html>'

/** Answers with 200 that no provider should give, and that hold no customer. */
const junk = [
  // One of them is an object with an id, which makes it a customer.
  ...jsonCases.filter(({ name }) => name !== 'y_object_long_strings.json').map(({ input }) => input),
  ...['', ' ', 'OK', 'null', 'true', '0', '""', '{}', '[]', page, '\u0000', '{"id":', '{"id":"cus_1"'],
  ...[null, true, 7, '', ' ', '\t', [], ['cus_1'], {}, { id: 'cus_1' }].flatMap((id) => [
    JSON.stringify({ id }),
    JSON.stringify({ customer: { id } }),
    JSON.stringify({ data: { id } }),
    JSON.stringify([{ id }]),
  ]),
  '{"customer":"cus_1"}',
  '{"status":"ok","message":"cus_1"}',
  '{"error":{"message":"try again"}}',
  '{"__proto__":{"id":"cus_1"}}',
]

describe.each([
  ['Notch Pay', sandboxedNotchPay],
  ['WooshPay', sandboxedWooshPay],
])('when %s answers 200 with junk', (_, start) => {
  let it_: Sandboxed
  beforeAll(async () => {
    it_ = await start()
  })
  afterAll(() => it_.stop())

  const id = 'cus_1' as ProviderCustomerId
  const payload = () => it_.provider.toPayload(aCustomer(), aRef(), clearNothing)
  const outcomeOf = async (body: string, call: () => Promise<unknown>) => {
    it_.answerNext(200, body)
    try {
      return await call()
    } catch (error) {
      return error
    }
  }
  const readable = { code: 'UNREADABLE_ANSWER' }

  it('a create may have happened: it is tried again later, and no id is made up', async () => {
    for (const body of junk) {
      const outcome = await outcomeOf(body, () => it_.provider.createCustomer(aClaim(), payload()))
      expect([body, outcome]).toEqual([body, expect.objectContaining({ ...readable, ambiguous: true })])
      expect(outcome).toBeInstanceOf(RetryLater)
    }
  })

  it('neither an update nor a reading counts as done, or as a customer that is gone', async () => {
    for (const body of junk) {
      const updated = await outcomeOf(body, () => it_.provider.updateCustomer(id, payload()))
      const retrieved = await outcomeOf(body, () => it_.provider.retrieveCustomer(id))
      expect([body, updated, retrieved]).toEqual([
        body,
        expect.objectContaining(readable),
        expect.objectContaining(readable),
      ])
    }
  })

  it('a search that cannot be read never means that nobody was found', async () => {
    if (!it_.provider.abilities.search) return
    for (const body of junk) {
      const found = await outcomeOf(body, () => it_.provider.findCustomers(aCustomer(), aRef()))
      expect([body, found]).toEqual([body, expect.objectContaining(readable)])
    }
  })
})
