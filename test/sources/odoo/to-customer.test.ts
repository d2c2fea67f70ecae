import { fieldsToRead, odooFields, toCustomer, versionOf } from '../../../lib/sources/odoo/to-customer.ts'

const map = odooFields()

describe('a contact of Odoo as a customer', () => {
  it.each([
    [{ name: 'Kofi Mensah' }, { name: { full: 'Kofi Mensah' } }],
    // Addresses may have no name.
    [{ name: false }, { name: { full: null } }],
    [{ email: 'kofi@example.gh' }, { email: 'kofi@example.gh' }],
    [{ email: false }, { email: null }],
    [{ email: '' }, { email: null }],
    [{ email: 'no address' }, { unreadable: ['email'] }],
    [{ phone: '+233241234567' }, { phone: '+233241234567' }],
    [
      { phone: '024 123 4567', country_code: 'GH' },
      { phone: '+233241234567', address: { country: 'GH' } },
    ],
    [{ phone: '024 123 4567' }, { unreadable: ['phone'] }],
    [{ phone: false, mobile: '+233241234567' }, { phone: '+233241234567' }],
    [{ phone: '+233241234567', mobile: '+233209999999' }, { phone: '+233241234567' }],
    [{ phone: false, mobile: false }, { phone: null }],
    // Odoo 19 has no mobile.
    [{ phone: false }, { phone: null }],
    [
      { street: 'Oxford St', street2: false, city: 'Accra', zip: 'GA-1' },
      {
        address: { line1: 'Oxford St', line2: null, city: 'Accra', postalCode: 'GA-1' },
      },
    ],
    [{ street: false, city: false, country_code: false }, { address: null }],
    [{ state_id: [12, 'Littoral (CM)'] }, { address: { state: 'Littoral' } }],
    [{ state_id: [12, 'Littoral'] }, { address: { state: 'Littoral' } }],
    [{ state_id: false, city: 'Douala' }, { address: { state: null, city: 'Douala' } }],
    // A webhook has ids of other records, which say nothing.
    [{ state_id: 12 }, { unreadable: ['address.state'] }],
    [{ country_id: 38 }, { unreadable: ['address.country'] }],
    [{ country_id: 38, country_code: 'CM' }, { address: { country: 'CM' } }],
    [{ country_id: [38, 'Kamerun'], country_code: 'CM' }, { address: { country: 'CM' } }],
    [{ country_id: false, city: 'Douala' }, { address: { country: null, city: 'Douala' } }],
    [{ commercial_company_name: 'Volta Foods' }, { companyName: 'Volta Foods' }],
    [{ commercial_company_name: false, parent_name: 'X' }, { companyName: null }],
    [
      { is_company: true, name: 'Volta Foods' },
      { name: { full: 'Volta Foods' }, companyName: 'Volta Foods' },
    ],
    [{ is_company: false, parent_name: 'Volta Foods', company_name: false }, { companyName: 'Volta Foods' }],
    [{ is_company: false, parent_id: false, company_name: 'Volta Foods' }, { companyName: 'Volta Foods' }],
    [{ is_company: false, parent_id: false, company_name: false }, { companyName: null }],
    // It belongs to a company whose name the webhook does not say.
    [{ parent_id: 7, company_name: false }, {}],
    [{ parent_id: 7, parent_name: false, company_name: false }, { companyName: null }],
    [{ name: ['unexpected'], email: { a: 1 }, phone: [1, 2] }, {}],
    [{ name: [] }, { name: { full: null } }],
    [{}, {}],
  ])('%j becomes %j', (fields, customer) => {
    expect(toCustomer(fields, map)).toEqual(customer)
  })

  it('maps fields of the operator’s choice', () => {
    const overrides = odooFields({
      contact: {
        phone: ['phone_sanitized', 'phone'],
        'metadata.tier': 'x_tier',
        'metadata.owner': 'user_id',
        'metadata.tags': 'category_id',
        'metadata.vip': 'x_vip',
        'metadata.score': 'x_score',
      },
    })
    const fields = { phone_sanitized: '+233241234567', user_id: [2, 'Esi Owusu'], category_id: [1, 2] }
    expect(toCustomer({ ...fields, x_tier: false, x_vip: true, x_score: 4.5 }, overrides)).toEqual({
      phone: '+233241234567',
      metadata: { tier: null, owner: 'Esi Owusu', vip: 'true', score: '4.5' },
    })
    expect(toCustomer({ user_id: 2 }, overrides)).toEqual({})
  })

  it('asks the API for what the map reads', () => {
    expect(fieldsToRead(odooFields({ contact: { 'metadata.tier': 'x_tier' } }))).toEqual([
      'id',
      'write_date',
      'name',
      'email',
      'phone',
      'mobile',
      'commercial_company_name',
      'street',
      'street2',
      'city',
      'state_id',
      'zip',
      'country_code',
      'x_tier',
    ])
  })

  it.each([
    ['2026-03-02 10:11:12', '2026-03-02T10:11:12.000Z'],
    ['2026-03-02 10:11:12.345678', '2026-03-02T10:11:12.345Z'],
    [false, undefined],
    [undefined, undefined],
  ])('last changed %j', (write_date, version) => expect(versionOf({ write_date })).toBe(version))
})
