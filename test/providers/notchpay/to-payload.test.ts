import fc from 'fast-check'
import { Rejected } from '../../../lib/core/model/errors.ts'
import { clearableFields } from '../../../lib/core/model/provider.ts'
import { customerRequestSchema } from '../../../lib/providers/notchpay/schemas.ts'
import { toNotchPayPayload } from '../../../lib/providers/notchpay/to-payload.ts'
import { aCustomer, aRef, clearing, clearNothing } from '../a-customer.ts'
import { anyClear, anyCustomer, anyRef } from '../arbitraries.ts'

const identity = { crm_source: 'hubspot', crm_account: '4711', crm_record: 'contact:901' }
const toPayload = (different: Parameters<typeof aCustomer>[0], clear = clearNothing) =>
  toNotchPayPayload(aCustomer(different), aRef(), clear)

it('fills every field of "Update a customer"', () => {
  expect(toNotchPayPayload(aCustomer(), aRef(), clearNothing)).toStrictEqual({
    email: 'aissatou.mbarga@example.cm',
    phone: '+237699001122',
    name: 'Aïssatou Mbarga',
    company_name: 'Mbarga & Filles SARL',
    metadata: { tier: 'gold', ...identity },
    address: {
      country: 'CM',
      state: 'Littoral',
      city: 'Douala',
      postal_code: '00237',
      address_line1: '12 Rue de la Joie',
      address_line2: 'Porte 4',
    },
    billing: { country: 'CM', city: 'Yaoundé', address_line1: 'BP 4021' },
  })
})

it('omits what the CRM did not provide', () => {
  expect(toNotchPayPayload({ phone: '+254722000111' }, aRef(), clearing('name', 'address'))).toStrictEqual({
    phone: '+254722000111',
    metadata: identity,
  })
})

describe('e-mail and phone', () => {
  it.each([
    ['neither', undefined, undefined],
    ['both empty', null, null],
    ['an invalid e-mail', 'ask at the desk', undefined],
    ['an invalid phone', undefined, '0699 00 11 22'],
  ])('rejects a customer with %s', (_, email, phone) => {
    const map = () => toPayload({ email, phone })
    expect(map).toThrow(Rejected)
    expect(map).toThrow(expect.objectContaining({ code: 'CONTACT_MISSING', field: 'email' }))
  })

  it('sends only the phone when the e-mail cannot be read', () => {
    const payload = toPayload({ email: 'n/a' })
    expect(payload).not.toHaveProperty('email')
    expect(payload).toHaveProperty('phone', '+237699001122')
  })

  it('trims the e-mail', () => {
    expect(toPayload({ email: ' kofi@example.gh\n' }).email).toBe('kofi@example.gh')
  })

  it('accepts 240 characters of e-mail and rejects 241 without repeating them', () => {
    const longest = `${'k'.repeat(229)}@example.gh`
    expect(toPayload({ email: longest }).email).toBe(longest)
    const map = () => toPayload({ email: `k${longest}` })
    expect(map).toThrow(expect.objectContaining({ name: 'Rejected', code: 'EMAIL_TOO_LONG', field: 'email' }))
    expect(map).not.toThrow(/kkkk/)
  })

  it('never clears them', () => {
    const everything = clearing(...clearableFields)
    expect(toPayload({ email: null }, everything)).not.toHaveProperty('email')
    expect(toPayload({ phone: null }, everything)).not.toHaveProperty('phone')
  })
})

describe('names', () => {
  it('uses the name of a company, and the company of a person without a name', () => {
    const customer = aCustomer({ companyName: 'Saigon Tea', name: { full: 'Trần Văn Minh' } })
    expect(toNotchPayPayload(customer, aRef({ recordType: 'company' }), clearNothing).name).toBe('Saigon Tea')
    expect(toNotchPayPayload(customer, aRef(), clearNothing).name).toBe('Trần Văn Minh')
    expect(toPayload({ name: {}, companyName: 'Saigon Tea' }).name).toBe('Saigon Tea')
  })

  it('cuts a name at 128 characters without splitting one', () => {
    expect(toPayload({ name: { full: `${'a'.repeat(127)}👩‍👧` } }).name).toBe('a'.repeat(127))
  })
})

it('sends the same body, whatever could not be read', () => {
  expect(toPayload({ unreadable: ['phone', 'address.country'] })).toStrictEqual(toPayload({}))
})

describe('clearing', () => {
  const empty = {
    name: { given: null, family: null },
    companyName: null,
    address: null,
    billing: { line1: null, city: ' ' },
  }

  it('omits empty fields by default', () => {
    expect(Object.keys(toPayload(empty))).toStrictEqual(['email', 'phone', 'metadata'])
  })

  it('sends null for empty fields that may be cleared', () => {
    expect(toPayload(empty, clearing('name', 'companyName', 'address', 'billing'))).toMatchObject({
      name: null,
      company_name: null,
      address: null,
      billing: null,
    })
  })

  it('sends null for emptied metadata that may be cleared, and omits it otherwise', () => {
    const metadata = { tier: null, score: '87' }
    expect(toPayload({ metadata }, clearing('metadata')).metadata).toStrictEqual({
      score: '87',
      tier: null,
      ...identity,
    })
    expect(toPayload({ metadata })).toStrictEqual(toPayload({ metadata: { score: '87' } }))
  })

  it('sends null for the empty parts of an address that may be cleared', () => {
    const address = { line1: 'BP 4021', line2: null, country: null }
    expect(toPayload({ address }, clearing('address')).address).toStrictEqual({
      address_line1: 'BP 4021',
      address_line2: null,
      country: null,
    })
    expect(toPayload({ address }).address).toStrictEqual({ address_line1: 'BP 4021' })
  })
})

it('maps any customer to a body that satisfies the schema, twice the same, or throws Rejected', () => {
  fc.assert(
    fc.property(anyCustomer, anyRef, anyClear, (customer, ref, clear) => {
      const map = () => toNotchPayPayload(customer, ref, clear)
      let payload: unknown
      try {
        payload = map()
      } catch (error) {
        expect(error).toBeInstanceOf(Rejected)
        return
      }
      expect(customerRequestSchema.safeParse(payload).error?.issues).toBeUndefined()
      expect(map()).toStrictEqual(payload)
      expect(JSON.parse(JSON.stringify(payload))).toStrictEqual(payload)
    }),
  )
})
