import fc from 'fast-check'
import type { Customer } from '../../lib/core/model/customer.ts'
import { SyncError } from '../../lib/core/model/errors.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { everyEncoding } from '../support/encodings.ts'
import { aRef, clearNothing } from './a-customer.ts'
import { publicKey, type Sandboxed, sandboxedNotchPay, sandboxedWooshPay, secretKey } from './sandboxed.ts'

/** Provider responses that quote part of the request, in all shapes of errors. */
const answers: readonly ((quoted: string) => unknown)[] = [
  (quoted) => ({ message: `The email ${quoted} has already been taken.` }),
  (quoted) => ({ message: 'Validation failed', errors: { [quoted]: [`${quoted} is invalid`] } }),
  (quoted) => ({ message: quoted, errors: { [`metadata.${quoted}`]: [quoted] } }),
  (quoted) => ({
    error: { type: quoted, code: quoted, param: quoted, message: `No such customer: '${quoted}'` },
  }),
  (quoted) => ({ type: 'api_error', code: quoted, message: `near ${quoted}; ${quoted}` }),
  (quoted) => ({ error: quoted, error_description: `Unknown key ${quoted}` }),
  (quoted) => JSON.stringify(quoted),
  (quoted) => `Bad request: ${quoted}`,
  (quoted) => `<html><title>${quoted}</title><body><h1>Oops</h1><pre>${quoted}</pre></body></html>`,
  (quoted) => `{"message": "No place for ${quoted}", "more": "`,
]
const statuses = [400, 401, 403, 404, 409, 422, 429, 500, 502, 503]

const customer: Customer = {
  name: { full: 'Zéphyrine Ọlámidé Kpodzro' },
  email: 'zephyrine.kpodzro@example.tg',
  phone: '+22890123456',
  companyName: 'Kpodzro & Filles',
  address: { line1: '47 Rue Kpalimé', city: 'Agbodrafo', country: 'TG' },
  metadata: { seropositive: 'since 1984-03-12' },
}
const texts = [
  'Zéphyrine Ọlámidé Kpodzro',
  'zephyrine.kpodzro@example.tg',
  '+22890123456',
  'Kpodzro & Filles',
  '47 Rue Kpalimé',
  'Agbodrafo',
  'seropositive',
  'since 1984-03-12',
]

describe.each([
  ['Notch Pay', sandboxedNotchPay, publicKey, publicKey],
  ['WooshPay', sandboxedWooshPay, secretKey, `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`],
] as const)('an error of %s', (title, start, key, header) => {
  let here: Sandboxed
  beforeAll(async () => {
    here = await start()
  })
  afterAll(() => here.stop())

  it('is the same for every customer and key, whatever it quotes', async () => {
    const payload = here.provider.toPayload(customer, aRef(), clearNothing)
    const id = 'cus_1' as ProviderCustomerId
    const quoted = fc.constantFrom(...texts, key, header)
    await fc.assert(
      fc.asyncProperty(
        quoted,
        fc.constantFrom(...everyEncoding),
        fc.constantFrom(...answers),
        fc.constantFrom(...statuses),
        async (text, encode, answer, status) => {
          here.answerNext(status, answer(encode(text)))
          const error: unknown = await here.provider
            .createCustomer({ ref: aRef(), idempotencyKey: 'k' }, payload)
            .catch((thrown) => thrown)
          if (!(error instanceof SyncError)) throw new Error('expected a failure')
          const { message, field = '' } = error
          expect(message.startsWith(`${title} answered ${status} to POST`)).toBe(true)
          expect(`${message.slice(title.length + 13)} ${field}`).not.toMatch(/\d|[^\x20-\x7e…]/)
          expect(message).not.toMatch(/z[eé]ph|midé|mide|kpo|filles|kpal|agbo|sero|sandbox|c2tf|zxBo/i)
          here.answerNext(status, answer(encode(text)))
          await here.provider.updateCustomer(id, payload).catch((thrown: Error) => {
            expect(thrown.message).not.toMatch(/z[eé]ph|midé|mide|kpo|filles|kpal|agbo|sero|sandbox|c2tf/i)
          })
        },
      ),
      { numRuns: 150 },
    )
  })

  it('of a request without a body is only repeated where it is documented', async () => {
    here.answerNext(500, { message: 'customer grace field is blocked. Internal Server Error' })
    await expect(here.provider.retrieveCustomer('cus_1' as ProviderCustomerId)).rejects.toThrow(
      `${title} answered 500 to GET: Internal Server Error`,
    )
  })
})
