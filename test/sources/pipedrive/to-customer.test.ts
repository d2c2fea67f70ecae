import fc from 'fast-check'
import type { FieldOverrides } from '../../../lib/core/config/field-overrides.ts'
import { customerSchema } from '../../../lib/core/model/customer.ts'
import { propertiesFrom } from '../../../lib/sources/pipedrive/properties.ts'
import { pipedriveObject, toCustomer } from '../../../lib/sources/pipedrive/to-customer.ts'

function customer(
  record: Readonly<Record<string, unknown>>,
  type: 'contact' | 'company' = 'contact',
  overrides?: FieldOverrides,
) {
  const object = pipedriveObject(type, overrides)
  if (!object) throw new Error('no such object')
  return toCustomer(propertiesFrom(record), object)
}
const entry = (value: unknown, primary = false) => ({ label: 'work', value, primary })

describe('a Pipedrive person as a customer', () => {
  it.each([
    {
      why: 'the primary one',
      emails: [entry('a@example.cm'), entry('b@example.cm', true)],
      email: 'b@example.cm',
    },
    {
      why: 'the first when none is primary',
      emails: [entry('a@example.cm'), entry('b@example.cm')],
      email: 'a@example.cm',
    },
    {
      why: 'the first non-empty one when the primary is empty',
      emails: [entry('', true), entry('b@example.cm')],
      email: 'b@example.cm',
    },
    { why: 'null from one empty entry', emails: [entry('', true)], email: null },
    { why: 'null from an empty list', emails: [], email: null },
    { why: 'null from null', emails: null, email: null },
    { why: 'nothing when it is missing', emails: undefined, email: undefined },
    { why: 'nothing from a value that is not a list of entries', emails: ['a@example.cm'], email: undefined },
  ])('reads as e-mail $why', ({ emails, email }) => {
    expect(customer({ emails }).email).toBe(email)
  })

  it('reads a local phone number by the country of the postal address', () => {
    const postal = {
      value: 'Moi Avenue 3, Mombasa',
      route: 'Moi Avenue',
      street_number: '3',
      locality: 'Mombasa',
      country: 'Kenya',
      postal_code: null,
    }
    expect(customer({ phones: [entry('0722 123 456', true)], postal_address: postal })).toEqual({
      phone: '+254722123456',
      address: {
        line1: '3 Moi Avenue',
        line2: null,
        city: 'Mombasa',
        state: null,
        postalCode: null,
        country: 'KE',
      },
    })
  })

  it('omits a local phone number whose country is unknown', () => {
    expect(customer({ phones: [entry('0722 123 456', true)] })).toEqual({ unreadable: ['phone'] })
  })
})

describe('fields that the operator maps', () => {
  const overrides = {
    contact: {
      'shipping.name': 'ab1',
      'shipping.line1': 'ab2.route',
      'shipping.city': 'ab2.locality',
      'shipping.country': 'ab2.country',
      'metadata.tier': 'ab3',
    },
  }

  it('fill the shipping and the metadata, including emptied fields', () => {
    const custom_fields = {
      ab1: { type: 'varchar', value: 'Entrepôt Makossa' },
      ab2: { type: 'address', value: 'Bassa 4', route: 'Bassa 4', locality: 'Douala', country: 'Cameroon' },
      ab3: null,
    }
    expect(customer({ custom_fields }, 'contact', overrides)).toEqual({
      shipping: {
        name: 'Entrepôt Makossa',
        address: { line1: 'Bassa 4', city: 'Douala', country: 'CM' },
      },
      metadata: { tier: null },
    })
  })

  it('are listed when they cannot be read', () => {
    const custom_fields = { ab2: { value: 'x', country: 'Atlantis' } }
    const emails = [entry('at the desk', true)]
    expect(customer({ emails, custom_fields }, 'contact', overrides)).toEqual({
      unreadable: ['shipping.country', 'email'],
    })
  })
})

describe('a Pipedrive organization as a customer', () => {
  it('keeps an address that is not split in its first line', () => {
    const address = { value: 'Carrefour Bastos, Yaoundé', country: null, locality: null }
    expect(customer({ address }, 'company').address).toMatchObject({
      line1: 'Carrefour Bastos, Yaoundé',
      city: null,
    })
  })

  it('does not repeat a split address in its first line', () => {
    const address = {
      value: 'Bonapriso, Douala, Cameroun',
      sublocality: 'Bonapriso',
      locality: 'Douala',
      country: 'Cameroun',
    }
    expect(customer({ address }, 'company').address).toMatchObject({
      line1: null,
      line2: 'Bonapriso',
      city: 'Douala',
      country: 'CM',
    })
  })

  it('uses the district as the city when that is all there is', () => {
    const address = { admin_area_level_2: 'Wouri', country: 'Cameroon' }
    expect(customer({ address }, 'company').address).toMatchObject({ city: 'Wouri' })
  })

  it('prefers the address’s country to the country code', () => {
    expect(customer({ address: { country: 'Ghana' }, country_code: 'TG' }, 'company').address?.country).toBe(
      'GH',
    )
    expect(customer({ address: { country: null }, country_code: 'TG' }, 'company').address?.country).toBe(
      'TG',
    )
  })
})

it('any Pipedrive record matches our schema', () => {
  const names = fc.constantFrom(
    'name',
    'first_name',
    'emails',
    'phones',
    'email',
    'address',
    'postal_address',
    'custom_fields',
    'address_country',
    '__proto__',
  )
  fc.assert(
    fc.property(
      fc.dictionary(names, fc.jsonValue()),
      fc.constantFrom('contact' as const, 'company' as const),
      (record, type) => {
        expect(customerSchema.safeParse(customer(record, type)).error).toBeUndefined()
      },
    ),
  )
})
