import fc from 'fast-check'
import type { Customer } from '../../../lib/core/model/customer.ts'
import { Rejected } from '../../../lib/core/model/errors.ts'
import { customerRequestSchema } from '../../../lib/providers/wooshpay/schemas.ts'
import { toWooshPayPayload } from '../../../lib/providers/wooshpay/to-payload.ts'
import { aClaim, aCustomer, aRef, clearing, clearNothing } from '../a-customer.ts'
import { anyClear, anyCustomer, anyRef } from '../arbitraries.ts'
import { sandboxedWooshPay } from '../sandboxed.ts'

const identity = { crm_source: 'hubspot', crm_account: '4711', crm_record: 'contact:901' }
const toPayload = (different: Parameters<typeof aCustomer>[0], clear = clearNothing) =>
  toWooshPayPayload(aCustomer(different), aRef(), clear)

it('fills every field of "Update a customer"', () => {
  expect(toWooshPayPayload(aCustomer(), aRef(), clearNothing)).toStrictEqual({
    address: {
      city: 'Douala',
      country: 'CM',
      line1: '12 Rue de la Joie',
      line2: 'Porte 4',
      postal_code: '00237',
      state: 'Littoral',
    },
    description: 'Prefers mobile money',
    email: 'aissatou.mbarga@example.cm',
    metadata: { tier: 'gold', company_name: 'Mbarga & Filles SARL', ...identity },
    name: 'Aïssatou Mbarga',
    phone: '+237699001122',
    shipping: {
      address: { city: 'Hà Nội', country: 'VN', line1: '7 Phố Huế' },
      name: 'Nguyễn Thị Lan',
      phone: '+84 912 345 678 ext. 9',
    },
  })
})

it('sends only the identity of a customer without data', () => {
  expect(toWooshPayPayload({}, aRef(), clearing('name', 'shipping'))).toStrictEqual({ metadata: identity })
})

it('rejects an e-mail of 513 characters', () => {
  expect(() => toPayload({ email: `${'k'.repeat(502)}@example.gh` })).toThrow(
    expect.objectContaining({ name: 'Rejected', code: 'EMAIL_TOO_LONG', field: 'email' }),
  )
})

it('cuts a description at 350 characters', () => {
  expect(toPayload({ description: 'é'.repeat(400) }).description).toBe('é'.repeat(350))
})

describe('shipping', () => {
  it('uses the customer as the default recipient', () => {
    expect(toPayload({ shipping: { address: { city: 'Accra', country: 'GH' } } }).shipping).toStrictEqual({
      address: { city: 'Accra', country: 'GH' },
      name: 'Aïssatou Mbarga',
    })
  })

  it.each<[string, Customer, unknown]>([
    [
      'an address',
      aCustomer({ shipping: { name: 'Lan', phone: '+84912345678' } }),
      { name: 'Lan', phone: '+84912345678' },
    ],
    ['a name and an address', aCustomer({ shipping: { phone: '+84912345678' } }), { phone: '+84912345678' }],
    [
      'an address that can be read',
      aCustomer({ shipping: { name: 'Lan', address: { country: null } } }),
      { name: 'Lan' },
    ],
    ['a recipient', { shipping: { address: { city: 'Accra' } } }, { address: { city: 'Accra' } }],
  ])('is sent as far as it is known, without %s', (_, customer, expected) => {
    expect(toWooshPayPayload(customer, aRef(), clearNothing).shipping).toStrictEqual(expected)
  })

  it.each([{}, { name: null }, { name: ' ', phone: null, address: {} }, { address: null }])(
    'is omitted when %j is all that is known',
    (shipping) => {
      expect(toPayload({ shipping })).not.toHaveProperty('shipping')
    },
  )

  it('is accepted by the sandbox with any of its parts, as WooshPay’s page defines it', async () => {
    const here = await sandboxedWooshPay()
    const { id } = await here.provider.createCustomer(aClaim(), {})
    for (const shipping of [{ name: 'Lan' }, { phone: '+84912345678' }, { address: { city: 'Accra' } }]) {
      const payload = toWooshPayPayload({ shipping }, aRef(), clearNothing)
      expect(await here.provider.updateCustomer(id, payload)).toBe('updated')
      expect(here.held()).toEqual([expect.objectContaining({ shipping })])
    }
    await here.stop()
  })

  it('omits a phone that is too long instead of sending half a number', () => {
    const shipping = { phone: '1'.repeat(65), address: { city: 'Accra' } }
    expect(toPayload({ shipping }).shipping).not.toHaveProperty('phone')
  })
})

describe('clearing', () => {
  const empty = {
    name: { full: null },
    companyName: null,
    description: '',
    address: null,
    shipping: null,
    email: null,
    phone: null,
  }

  it('omits empty fields by default', () => {
    expect(Object.keys(toPayload(empty))).toStrictEqual(['metadata'])
  })

  it('sends an empty string for empty fields that may be cleared, never for e-mail and phone', () => {
    const all = clearing('name', 'companyName', 'description', 'address', 'shipping')
    expect(toPayload(empty, all)).toStrictEqual({
      address: '',
      description: '',
      metadata: { tier: 'gold', company_name: '', ...identity },
      name: '',
      shipping: '',
    })
  })
})

describe('clearing a part of the shipping', () => {
  const clear = (shipping: Customer['shipping']) => toPayload({ shipping }, clearing('shipping')).shipping
  const blank = { city: '', country: '', line1: '', line2: '', postal_code: '', state: '' }

  it('empties the parts that the CRM emptied and keeps the others', () => {
    expect(clear({ name: 'Lan', phone: null, address: null })).toStrictEqual({
      name: 'Lan',
      phone: '',
      address: blank,
    })
    expect(clear({ name: null, address: { city: 'Accra', country: null } })).toStrictEqual({
      name: 'Aïssatou Mbarga',
      address: { city: 'Accra', country: '' },
    })
  })

  it('empties the whole when nothing is left', () => {
    expect(clear({ name: null, phone: null, address: { city: null } })).toBe('')
    expect(clear({ phone: null })).toBe('')
    expect(clear({})).toBeUndefined()
  })
})

it('sends the same body, whatever could not be read', () => {
  expect(toPayload({ unreadable: ['phone'] })).toStrictEqual(toPayload({}))
})

it('unsets emptied metadata where it may be cleared, at the provider too', async () => {
  const here = await sandboxedWooshPay()
  const { id } = await here.provider.createCustomer(aClaim(), {})
  const update = (metadata: Customer['metadata'], clear = clearNothing) =>
    here.provider.updateCustomer(id, toPayload({ metadata }, clear))
  await update({ tier: 'gold', score: '87' })
  await update({ tier: null, score: '87' })
  expect(here.held()).toEqual([
    expect.objectContaining({ metadata: expect.objectContaining({ tier: 'gold' }) }),
  ])
  await update({ tier: null, score: '87' }, clearing('metadata'))
  expect(JSON.parse(here.last().body).metadata).toMatchObject({ tier: '', score: '87' })
  expect(here.held()).toEqual([
    expect.objectContaining({ metadata: expect.not.objectContaining({ tier: expect.anything() }) }),
  ])
  await here.stop()
})

it('maps any customer to a body that satisfies the schema, twice the same, or throws Rejected', () => {
  fc.assert(
    fc.property(anyCustomer, anyRef, anyClear, (customer, ref, clear) => {
      const map = () => toWooshPayPayload(customer, ref, clear)
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
