import fc from 'fast-check'
import type { FieldOverrides } from '../../../lib/core/config/field-overrides.ts'
import { recordTypes } from '../../../lib/core/model/change.ts'
import { customerSchema } from '../../../lib/core/model/customer.ts'
import type { Bitrix24Address } from '../../../lib/sources/bitrix24/schemas.ts'
import { toCustomer } from '../../../lib/sources/bitrix24/to-customer.ts'

type Given = { readonly type?: 'lead' | 'contact' | 'company'; readonly fields?: FieldOverrides }

const customer = (
  item: object,
  addresses: readonly Partial<Bitrix24Address>[] = [],
  { type = 'contact', fields }: Given = {},
) => toCustomer({ id: '8', ...item }, addresses.map(anAddress), type, fields)
const anAddress = (changes: Partial<Bitrix24Address>): Bitrix24Address => ({
  TYPE_ID: '1',
  ENTITY_ID: '27',
  ADDRESS_1: null,
  ADDRESS_2: null,
  CITY: null,
  POSTAL_CODE: null,
  REGION: null,
  PROVINCE: null,
  COUNTRY: null,
  ...changes,
})
const phone = (value: unknown, valueType = 'WORK') => ({ typeId: 'PHONE', valueType, value })
const email = (value: unknown) => ({ typeId: 'EMAIL', valueType: 'WORK', value })

describe('a record of Bitrix24 as a customer', () => {
  it.each([
    ['a contact', 'contact', { name: { given: 'Ama', family: 'Serwaa' } }],
    ['a lead', 'lead', { name: { given: 'Ama', family: 'Serwaa' }, companyName: 'Baobab' }],
    ['a company', 'company', { name: { full: 'Title' }, companyName: 'Title' }],
  ] as const)('has the name of %s', (_, type, expected) => {
    const item = { name: 'Ama', lastName: 'Serwaa', title: 'Title', companyTitle: 'Baobab', fm: [] }
    expect(customer(item, [], { type })).toEqual({ ...expected, email: null, phone: null, address: null })
  })

  it.each([
    ['the first', [phone('+237677123456'), phone('+237699123456')], '+237677123456'],
    ['the first that is filled', [phone(' '), phone('+237699123456')], '+237699123456'],
    ['none from other multifields', [{ typeId: 'WEB', valueType: 'WORK', value: '+237677123456' }], null],
    ['null from an empty list', [], null],
    ['null from an empty value', [phone('')], null],
    ['nothing of a value that is no text', [phone(677123456), phone(null), 'x', null], null],
  ])('has as phone %s', (_, fm, expected) => {
    expect(customer({ fm }).phone).toBe(expected)
  })

  it('has the flat phone and e-mail where the multifields are missing', () => {
    expect(customer({ phone: '+237677123456', email: 'a@example.cm' })).toMatchObject({
      phone: '+237677123456',
      email: 'a@example.cm',
    })
    expect(customer({ phone: '', email: null })).toMatchObject({ phone: null, email: null })
    expect(customer({})).not.toHaveProperty('phone')
  })

  it('leaves out and names what cannot be read', () => {
    const fm = [phone('677 123 456'), email('at the desk')]
    expect(customer({ fm }, [{ CITY: 'Kazan', COUNTRY: 'Россия' }])).toEqual({
      address: { line1: null, line2: null, city: 'Kazan', state: null, postalCode: null },
      unreadable: ['address.country', 'email', 'phone'],
    })
  })

  it('reads a local phone number by the country of the address, which is free text', () => {
    for (const COUNTRY of ['Cameroun', 'cameroon', 'CM'])
      expect(customer({ fm: [phone('677 123 456')] }, [{ COUNTRY }])).toMatchObject({
        phone: '+237677123456',
        address: { country: 'CM' },
      })
  })

  it('has all parts of an address; the province comes before the region', () => {
    const whole = {
      ADDRESS_1: '221 Johari Bazaar',
      ADDRESS_2: 'Flat 7',
      CITY: 'Jaipur',
      POSTAL_CODE: '302003',
      REGION: 'Jaipur district',
      PROVINCE: 'Rajasthan',
      COUNTRY: 'India',
    }
    const address = {
      line1: '221 Johari Bazaar',
      line2: 'Flat 7',
      city: 'Jaipur',
      postalCode: '302003',
      state: 'Rajasthan',
      country: 'IN',
    }
    expect(customer({}, [whole]).address).toEqual(address)
    expect(customer({}, [{ ...whole, PROVINCE: ' ' }]).address?.state).toBe('Jaipur district')
  })

  it.each([
    [['11', '6', '4', '8', '1'], '1'],
    [['11', '6', '4', '8'], '8'],
    [['11', '6', '4'], '4'],
    [['11', '6'], '6'],
    [['9', '11'], '11'],
  ])('uses of the address types %j type %s, and no part of another', (types, used) => {
    const addresses = types.map((TYPE_ID) => ({
      TYPE_ID,
      CITY: `city ${TYPE_ID}`,
      ...(TYPE_ID !== used && { ADDRESS_1: 'x' }),
    }))
    expect(customer({}, addresses).address).toMatchObject({ city: `city ${used}`, line1: null })
  })

  it("has no address where there is only a beneficiary's", () => {
    expect(customer({}, [{ TYPE_ID: '9', CITY: 'Lomé' }]).address).toBeNull()
  })

  it('never reads the country code, which Bitrix24 does not fill', () => {
    const address = { ...anAddress({ CITY: 'Lomé' }), COUNTRY_CODE: 'TG' }
    expect(toCustomer({ id: '8' }, [address], 'contact').address?.country).toBeNull()
  })
})

describe('fields that the operator maps', () => {
  it('are custom fields, multifields by type, and addresses by type', () => {
    const fields = {
      contact: {
        phone: ['PHONE.MOBILE', 'PHONE'],
        companyName: 'ufCrm1700000000',
        'shipping.city': 'delivery.city',
        'billing.city': 'legal.city',
        'metadata.tags': 'ufCrm1700000001',
        'metadata.vip': 'ufCrm1700000002',
        'metadata.none': 'ufCrm1700000003',
        'metadata.file': 'ufCrm1700000004',
      },
    }
    const item = {
      fm: [phone('+237222123456'), phone('+237677123456', 'MOBILE')],
      ufCrm1700000000: 'Baobab',
      ufCrm1700000001: ['gold', 'new'],
      ufCrm1700000002: 1,
      ufCrm1700000003: [],
      ufCrm1700000004: { id: 1, url: 'https://x' },
    }
    const addresses = [
      { TYPE_ID: '11', CITY: 'Kribi' },
      { TYPE_ID: '6', CITY: 'Buea' },
    ]
    expect(customer(item, addresses, { fields })).toMatchObject({
      phone: '+237677123456',
      companyName: 'Baobab',
      shipping: { address: { city: 'Kribi' } },
      billing: { city: 'Buea' },
      metadata: { tags: 'gold', vip: '1', none: null },
    })
    expect(customer(item, addresses, { fields }).metadata).not.toHaveProperty('file')
  })
})

it('any record of Bitrix24 matches our schema', () => {
  const names = fc.constantFrom(
    'name',
    'lastName',
    'title',
    'fm',
    'phone',
    'email',
    'companyTitle',
    '__proto__',
  )
  fc.assert(
    fc.property(
      fc.dictionary(names, fc.jsonValue()),
      fc.array(
        fc.record({ TYPE_ID: fc.constantFrom('1', '6', '9'), CITY: fc.string(), COUNTRY: fc.string() }),
      ),
      fc.constantFrom(...recordTypes),
      (item, addresses, type) => {
        expect(customerSchema.safeParse(customer(item, addresses, { type })).error).toBeUndefined()
      },
    ),
  )
})
