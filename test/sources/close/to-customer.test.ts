import fc from 'fast-check'
import { customerSchema } from '../../../lib/core/model/customer.ts'
import { toFetchedCustomer } from '../../../lib/sources/close/to-customer.ts'

type Fields = Record<string, unknown>

function customer(contact: Fields, lead?: Fields, overrides = {}) {
  const answer = toFetchedCustomer({ id: 'cont_1', ...contact }, lead, overrides)
  if (answer.kind !== 'found') throw new Error('not found')
  return answer.customer
}
const address = (label: string, country: string) => ({
  label,
  address_1: `${label} 1`,
  city: 'Kumasi',
  country,
})

describe('a Close contact as a customer', () => {
  it('has the name and the address of its lead', () => {
    const contact = {
      name: 'Ama Serwaa',
      emails: [
        { type: 'office', email: 'ama@example.gh' },
        { type: 'home', email: 'second@example.gh' },
      ],
      phones: [{ type: 'office', phone: '+233241234567', country: 'GH' }],
    }
    const lead = {
      display_name: 'Serwaa Foods',
      addresses: [
        {
          label: 'business',
          address_1: 'Ring Road 7',
          address_2: '',
          city: 'Kumasi',
          state: 'Ashanti',
          zipcode: null,
          country: 'GH',
        },
      ],
    }
    expect(customer(contact, lead)).toEqual({
      name: { full: 'Ama Serwaa' },
      email: 'ama@example.gh',
      phone: '+233241234567',
      companyName: 'Serwaa Foods',
      address: {
        line1: 'Ring Road 7',
        line2: null,
        city: 'Kumasi',
        state: 'Ashanti',
        postalCode: null,
        country: 'GH',
      },
    })
  })

  it.each([
    ['business', ['other', 'mailing', 'business']],
    ['mailing', ['other', 'mailing']],
    ['other', ['other', 'another']],
  ])('has the %s address of %j', (label, all) => {
    const addresses = all.map((each) => address(each, 'GH'))
    expect(customer({}, { addresses }).address).toMatchObject({ line1: `${label} 1`, state: null })
  })

  it.each([
    ['an empty list', [], null],
    ['null', null, null],
    ['something else', 'Kumasi', undefined],
    ['nothing', undefined, undefined],
  ])('reads an address from %s', (_, addresses, expected) => {
    expect(customer({}, { addresses }).address).toBe(expected)
  })

  it('keeps what is not known of a lead that is gone', () => {
    expect(customer({ name: 'Ama' })).toEqual({ name: { full: 'Ama' } })
  })

  it.each([
    ['an empty list', [], null],
    ['null', null, null],
    ['an empty entry', [{ email: '' }], null],
    ['the first filled entry', [{ email: null }, { email: 'b@example.gh' }], 'b@example.gh'],
    ['a list of something else', ['a@example.gh'], undefined],
    ['no list', 'a@example.gh', undefined],
  ])('reads an e-mail address from %s', (_, emails, expected) => {
    expect(customer({ emails }).email).toBe(expected)
  })

  it('reads a local phone number by the country of the lead, and names what it cannot read', () => {
    const phones = [{ phone: '024 123 4567' }]
    expect(customer({ phones }, { addresses: [address('business', 'GH')] }).phone).toBe('+233241234567')
    expect(customer({ phones }, { addresses: [{ country: 'Nowhere' }] })).toMatchObject({
      unreadable: ['address.country', 'phone'],
    })
  })

  it('has what the operator maps, of the contact and of the lead', () => {
    const overrides = {
      description: 'title',
      'metadata.tier': 'custom.cf_tier',
      'metadata.status': 'lead.status_label',
      'metadata.size': 'lead.custom.cf_size',
      'metadata.label': 'lead.address.label',
      'metadata.none': ['nothing', 'lead.nothing'],
    }
    const contact = { title: 'Owner', 'custom.cf_tier': ['Gold', 'Silver'] }
    const lead = { status_label: 'Customer', 'custom.cf_size': 12, addresses: [address('mailing', 'GH')] }
    expect(customer(contact, lead, overrides)).toMatchObject({
      description: 'Owner',
      metadata: { tier: 'Gold', status: 'Customer', size: '12', label: 'mailing' },
    })
  })

  it('has the version of the contact', () => {
    const times = { date_updated: '2026-03-02T09:00:00.135000+00:00' }
    const lead = { date_updated: '2026-03-05T09:00:00+00:00' }
    expect(toFetchedCustomer({ id: 'c', ...times }, lead)).toMatchObject({
      version: '2026-03-02T09:00:00.135Z',
    })
    expect(toFetchedCustomer({ id: 'c', date_updated: undefined }, lead)).toMatchObject({ version: null })
  })

  it('is valid whatever the fields are', () => {
    const value = fc.oneof(fc.jsonValue(), fc.array(fc.dictionary(fc.string(), fc.jsonValue())))
    const name = fc.constantFrom('name', 'emails', 'phones', 'addresses', 'display_name', '__proto__')
    const anything = fc.dictionary(name, value)
    fc.assert(
      fc.property(anything, anything, (contact, lead) => {
        expect(customerSchema.safeParse(customer(contact, lead)).success).toBe(true)
      }),
    )
  })
})
