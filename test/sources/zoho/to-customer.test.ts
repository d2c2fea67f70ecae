import { toCustomer, wantedFields, zohoModule } from '../../../lib/sources/zoho/to-customer.ts'

const contact = (record: Readonly<Record<string, unknown>>, overrides = {}) =>
  toCustomer({ id: '7', ...record }, zohoModule('contact', overrides))

describe('a contact', () => {
  it('is mapped field by field', () => {
    expect(
      contact({
        First_Name: 'Meera',
        Last_Name: 'Pillai',
        Full_Name: 'Meera Pillai',
        Email: 'meera.pillai@example.in',
        Phone: '0484 235 6789',
        Mobile: '+91 98470 12345',
        Account_Name: { name: 'Pillai Spices', id: '9' },
        Mailing_Street: '41 Marine Drive',
        Mailing_City: 'Kochi',
        Mailing_State: 'Kerala',
        Mailing_Zip: '682031',
        Mailing_Country: 'India',
      }),
    ).toEqual({
      name: { given: 'Meera', family: 'Pillai', full: 'Meera Pillai' },
      email: 'meera.pillai@example.in',
      phone: '+914842356789',
      companyName: 'Pillai Spices',
      address: {
        line1: '41 Marine Drive',
        city: 'Kochi',
        state: 'Kerala',
        postalCode: '682031',
        country: 'IN',
      },
    })
  })

  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ['null is empty', { Email: null, Phone: null, Mobile: null }, { email: null, phone: null }],
    ['an empty text is empty', { Email: '' }, { email: null }],
    ['an empty lookup is empty', { Account_Name: null }, { companyName: null }],
    ['an empty list is empty', { Email: [] }, { email: null }],
    ['an absent field is unknown', {}, {}],
    ['a lookup without a name is unknown', { Account_Name: { id: '9' } }, {}],
    [
      'the mobile number where there is no other',
      { Phone: null, Mobile: '+237699123456' },
      { phone: '+237699123456' },
    ],
    ['a phone number without a country cannot be read', { Phone: '0712 345 678' }, { unreadable: ['phone'] }],
    ['a country that is no country', { Mailing_Country: 'Atlantis' }, { unreadable: ['address.country'] }],
    ['a country by its code', { Mailing_Country: 'gh' }, { address: { country: 'GH' } }],
    ['a number is a text', { Mailing_Zip: 10000 }, { address: { postalCode: '10000' } }],
    ['the first filled value of a list', { Email: [null, ' ', 'a@example.gh'] }, { email: 'a@example.gh' }],
    ['an object is unknown', { Email: { value: 'a@example.gh' } }, {}],
  ])('%s', (_, record, customer) => {
    expect(contact(record)).toEqual(customer)
  })

  it('is mapped as the operator says in addition', () => {
    const overrides = {
      contact: { phone: ['WhatsApp', 'Phone'], 'metadata.tier': 'Tier', description: 'Owner.name' },
    }
    expect(
      contact({ WhatsApp: '+237699123456', Tier: true, Owner: { name: 'Awa Traoré', id: '1' } }, overrides),
    ).toEqual({ phone: '+237699123456', metadata: { tier: 'true' }, description: 'Awa Traoré' })
    expect(wantedFields(zohoModule('contact', overrides))).toEqual(
      expect.arrayContaining(['WhatsApp', 'Tier', 'Owner', 'Account_Name', 'Modified_Time']),
    )
  })
})

it('maps an account: the postal code is a code, and the goods may go elsewhere', () => {
  expect(
    toCustomer(
      {
        id: '8',
        Account_Name: 'Teranga Logistique',
        Phone: '33 821 23 45',
        Billing_Street: '8 boulevard de la République',
        Billing_City: 'Dakar',
        Billing_State: null,
        Billing_Code: '10000',
        Billing_Country: 'Sénégal',
        Shipping_Street: 'Quai 3',
        Shipping_City: 'Dakar',
        Shipping_State: null,
        Shipping_Code: null,
        Shipping_Country: 'Sénégal',
      },
      zohoModule('company'),
    ),
  ).toEqual({
    name: { full: 'Teranga Logistique' },
    companyName: 'Teranga Logistique',
    phone: '+221338212345',
    address: {
      line1: '8 boulevard de la République',
      city: 'Dakar',
      state: null,
      postalCode: '10000',
      country: 'SN',
    },
    shipping: { address: { line1: 'Quai 3', city: 'Dakar', state: null, postalCode: null, country: 'SN' } },
  })
})

it('maps a lead: its address has no prefix, and the company is a text', () => {
  expect(
    toCustomer(
      {
        id: '9',
        Last_Name: 'Nakato',
        Company: 'Nakato Designs',
        Email: 'grace.nakato@example.ug',
        Phone: '0772 123 456',
        Street: 'Plot 14',
        City: 'Kampala',
        State: 'Central',
        Zip_Code: null,
        Country: 'Uganda',
      },
      zohoModule('lead'),
    ),
  ).toEqual({
    name: { family: 'Nakato' },
    companyName: 'Nakato Designs',
    email: 'grace.nakato@example.ug',
    phone: '+256772123456',
    address: { line1: 'Plot 14', city: 'Kampala', state: 'Central', postalCode: null, country: 'UG' },
  })
})

it.each(['contact', 'company', 'lead'] as const)('asks for at most fifty fields of a %s', (type) => {
  expect(wantedFields(zohoModule(type)).length).toBeLessThanOrEqual(20)
})
