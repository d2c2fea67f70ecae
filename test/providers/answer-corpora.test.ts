import { RetryLater } from '../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { jsonCases } from '../support/corpora.ts'
import { aClaim, aCustomer, aRef, clearNothing } from './a-customer.ts'
import { type Sandboxed, sandboxedNotchPay, sandboxedWooshPay } from './sandboxed.ts'

const page = '<!doctype html><html><head><title>Welcome</title></head><body>It works!</body></html>'

/** Successful responses (200) that no provider should send, and that contain no customer. */
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
  let subject: Sandboxed
  beforeAll(async () => {
    subject = await start()
  })
  afterAll(() => subject.stop())

  const id = 'cus_1' as ProviderCustomerId
  const payload = () => subject.provider.toPayload(aCustomer(), aRef(), clearNothing)
  const outcomeOf = async (body: string, call: () => Promise<unknown>) => {
    subject.answerNext(200, body)
    try {
      return await call()
    } catch (error) {
      return error
    }
  }
  const readable = { code: 'UNREADABLE_ANSWER' }

  it('a create may have happened: it is retried later, and no id is made up', async () => {
    for (const body of junk) {
      const outcome = await outcomeOf(body, () => subject.provider.createCustomer(aClaim(), payload()))
      expect([body, outcome]).toEqual([body, expect.objectContaining({ ...readable, ambiguous: true })])
      expect(outcome).toBeInstanceOf(RetryLater)
    }
  })

  it('neither an update nor a read counts as done, or as a deleted customer', async () => {
    for (const body of junk) {
      const updated = await outcomeOf(body, () => subject.provider.updateCustomer(id, payload()))
      const retrieved = await outcomeOf(body, () => subject.provider.retrieveCustomer(id))
      expect([body, updated, retrieved]).toEqual([
        body,
        expect.objectContaining(readable),
        expect.objectContaining(readable),
      ])
    }
  })

  it('an unreadable search result never counts as "no match"', async () => {
    if (!subject.provider.abilities.search) return
    for (const body of junk) {
      const found = await outcomeOf(body, () => subject.provider.findCustomers(aCustomer(), aRef()))
      expect([body, found]).toEqual([body, expect.objectContaining(readable)])
    }
  })
})
