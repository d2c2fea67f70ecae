import { intercomObject, toCustomer } from '../../../lib/sources/intercom/to-customer.ts'

function customerOf(record: object, type: 'contact' | 'company' = 'contact', fields = {}): unknown {
  const object = intercomObject(type, { [type]: fields })
  if (!object) throw new Error(`no ${type}`)
  return toCustomer(record as Record<string, unknown>, object)
}

describe('a contact of Intercom', () => {
  it.each([
    { given: { name: 'Ama Serwaa' }, read: { name: { full: 'Ama Serwaa' } } },
    {
      given: { name: null, email: '', phone: null },
      read: { name: { full: null }, email: null, phone: null },
    },
    { given: {}, read: {} },
    { given: { email: ' AMA@example.gh ' }, read: { email: 'AMA@example.gh' } },
    { given: { email: 'none' }, read: { unreadable: ['email'] } },
    { given: { phone: '+233 24 123 4567' }, read: { phone: '+233241234567' } },
    // Without a country: the location is that of an IP address.
    {
      given: { phone: '024 123 4567', location: { country: 'Ghana', city: 'Accra', country_code: 'GHA' } },
      read: { unreadable: ['phone'] },
    },
    { given: { name: ['x'], email: { value: 'x' }, phone: false }, read: { unreadable: ['phone'] } },
    { given: { companies: { data: [{ id: '1', type: 'company' }] }, description: 'x' }, read: {} },
  ])('reads $given', ({ given, read }) => expect(customerOf(given)).toEqual(read))

  it.each([
    { attributes: { tier: 'gold' }, read: { metadata: { tier: 'gold' } } },
    { attributes: { tier: 7 }, read: { metadata: { tier: '7' } } },
    { attributes: { tier: false }, read: { metadata: { tier: 'false' } } },
    { attributes: { tier: null }, read: { metadata: { tier: null } } },
    { attributes: { tier: '' }, read: { metadata: { tier: null } } },
    { attributes: { tier: { type: 'Order.list' } }, read: {} },
    { attributes: {}, read: {} },
    { attributes: null, read: {} },
  ])('reads the custom attributes $attributes', ({ attributes, read }) => {
    const fields = { 'metadata.tier': 'custom_attributes.tier' }
    expect(customerOf({ custom_attributes: attributes }, 'contact', fields)).toEqual(read)
  })

  it('reads nothing that only its prototype has', () => {
    const fields = { 'metadata.a': 'constructor', 'metadata.b': 'custom_attributes.toString' }
    expect(customerOf({ custom_attributes: {} }, 'contact', fields)).toEqual({})
  })
})

it('a company of Intercom has a name', () => {
  expect(customerOf({ name: 'Savane SA', website: 'x', plan: {} }, 'company')).toEqual({
    name: { full: 'Savane SA' },
    companyName: 'Savane SA',
  })
})
