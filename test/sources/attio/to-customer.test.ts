import fc from 'fast-check'
import { customerSchema } from '../../../lib/core/model/customer.ts'
import { attioObject, toFetchedCustomer } from '../../../lib/sources/attio/to-customer.ts'

const past = { active_from: '2026-01-01T00:00:00Z', active_until: '2026-02-01T00:00:00Z' }
const current = { active_from: '2026-02-01T00:00:00Z', active_until: null }

function customer(
  values: Record<string, unknown>,
  type: 'contact' | 'company' = 'contact',
  overrides: Parameters<typeof attioObject>[1] = {},
) {
  const object = attioObject(type, overrides)
  if (!object) throw new Error('no such object')
  const answer = toFetchedCustomer({ id: { workspace_id: 'w', record_id: 'r' }, values }, 'r', object)
  if (answer.kind !== 'found') throw new Error('not found')
  expect([answer.version, answer.mergedIds]).toEqual([null, []])
  return answer.customer
}

describe('an Attio person as a customer', () => {
  it('has the current values', () => {
    const values = {
      name: [{ ...current, first_name: 'Ama', last_name: 'Serwaa', full_name: 'Ama Serwaa' }],
      email_addresses: [
        { ...past, email_address: 'old@example.gh' },
        { ...current, email_address: 'ama@example.gh' },
        { ...current, email_address: 'second@example.gh' },
      ],
      phone_numbers: [{ ...current, phone_number: '+233241234567', country_code: 'GH' }],
      primary_location: [
        {
          ...current,
          line_1: 'Ring Road 7',
          line_2: 'Flat 3',
          line_3: null,
          line_4: 'Adum',
          locality: 'Kumasi',
          region: 'Ashanti',
          postcode: null,
          country_code: 'GH',
        },
      ],
      company: [{ ...current, target_object: 'companies', target_record_id: 'c' }],
    }
    expect(customer(values)).toEqual({
      name: { given: 'Ama', family: 'Serwaa', full: 'Ama Serwaa' },
      email: 'ama@example.gh',
      phone: '+233241234567',
      address: {
        line1: 'Ring Road 7',
        line2: 'Flat 3, Adum',
        city: 'Kumasi',
        state: 'Ashanti',
        postalCode: null,
        country: 'GH',
      },
    })
  })

  it.each([
    ['an empty list', [], null],
    ['null', null, null],
    ['former values only', [{ ...past, email_address: 'old@example.gh' }], null],
    ['a null in it', [{ ...current, email_address: null }], null],
    ['a value without a list', { ...current, email_address: 'ama@example.gh' }, 'ama@example.gh'],
    ['a member that is not known', [{ ...current, mail: 'ama@example.gh' }], undefined],
    ['no attribute', undefined, undefined],
  ])('reads an e-mail address from %s', (_, email_addresses, expected) => {
    expect(customer(email_addresses === undefined ? {} : { email_addresses }).email).toBe(expected)
  })

  it('clears a whole address and name', () => {
    const empty = { name: [], phone_numbers: [], email_addresses: [], primary_location: [] }
    expect(customer(empty)).toEqual({
      name: { given: null, family: null, full: null },
      email: null,
      phone: null,
      address: null,
    })
  })

  it('names what it cannot read, and leaves it out', () => {
    const values = {
      phone_numbers: [{ phone_number: '12' }],
      primary_location: [{ country_code: 'XX', locality: 'Kumasi' }],
    }
    expect(customer(values)).toEqual({
      address: { city: 'Kumasi' },
      unreadable: ['address.country', 'phone'],
    })
  })

  it('has what the operator maps', () => {
    const overrides = {
      contact: {
        description: 'job_title',
        'metadata.stage': 'stage',
        'metadata.tier': 'tier',
        'metadata.score': 'score',
        'metadata.vip': 'vip',
        'metadata.latitude': 'primary_location.latitude',
        'metadata.none': 'nothing',
      },
    }
    const values = {
      job_title: [{ ...current, value: 'Trader' }],
      stage: [{ ...current, status: { title: 'Active' } }],
      tier: [{ ...current, option: { title: 'Gold' } }],
      score: [{ ...current, value: 12 }],
      vip: [{ ...current, value: true }],
      primary_location: [{ ...current, latitude: '6.7' }],
    }
    expect(customer(values, 'contact', overrides)).toMatchObject({
      description: 'Trader',
      metadata: { stage: 'Active', tier: 'Gold', score: '12', vip: 'true', latitude: '6.7' },
    })
  })

  it('is valid whatever the values are', () => {
    const value = fc.oneof(fc.jsonValue(), fc.array(fc.dictionary(fc.string(), fc.jsonValue())))
    const slug = fc.constantFrom('name', 'email_addresses', 'phone_numbers', 'primary_location', '__proto__')
    fc.assert(
      fc.property(fc.dictionary(slug, value), (values) => {
        expect(customerSchema.safeParse(customer(values)).success).toBe(true)
      }),
    )
  })
})

describe('an Attio company as a customer', () => {
  it('has its name twice, and an address', () => {
    const values = { name: [{ ...current, value: 'Lotus Rice' }], primary_location: [{ country_code: 'TH' }] }
    expect(customer(values, 'company')).toEqual({
      name: { full: 'Lotus Rice' },
      companyName: 'Lotus Rice',
      address: { country: 'TH' },
    })
  })
})
