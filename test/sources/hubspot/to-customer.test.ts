import fc from 'fast-check'
import type { FieldOverrides } from '../../../lib/core/config/field-overrides.ts'
import { customerSchema } from '../../../lib/core/model/customer.ts'
import { hubspotObject } from '../../../lib/sources/hubspot/objects.ts'
import type { HubspotRecord } from '../../../lib/sources/hubspot/schemas.ts'
import { toFetchedCustomer, wantedProperties } from '../../../lib/sources/hubspot/to-customer.ts'
import { anyText } from '../../support/any-text.ts'

function objectOf(type: 'contact' | 'company', overrides?: FieldOverrides) {
  const object = hubspotObject(type, overrides)
  if (!object) throw new Error('no such object')
  return object
}

function fetched(
  properties: HubspotRecord['properties'],
  type: 'contact' | 'company' = 'contact',
  overrides?: FieldOverrides,
) {
  const record = { id: '501', properties, updatedAt: '2026-03-02T09:00:00.5Z', archived: false }
  const answer = toFetchedCustomer(record, '501', objectOf(type, overrides))
  if (answer.kind !== 'found') throw new Error(answer.kind)
  return answer
}
const customer = (...args: Parameters<typeof fetched>) => fetched(...args).customer

describe('a HubSpot contact as a customer', () => {
  it('reads every field of the map', () => {
    const properties = {
      firstname: 'Aïssatou',
      lastname: ' Ndiaye ',
      email: 'aissatou@example.sn',
      phone: '77 123 45 67',
      mobilephone: '70 000 00 00',
      company: 'Teranga',
      address: '12 rue Félix Faure\nPlateau',
      city: 'Dakar',
      state: 'Dakar',
      zip: '11000',
      country: 'Sénégal',
      hs_country_region_code: null,
      lastmodifieddate: '2026-03-02T09:30:00.123Z',
      hs_merged_object_ids: '501;400; 401;;x',
    }
    expect(fetched(properties)).toEqual({
      kind: 'found',
      customer: {
        name: { given: 'Aïssatou', family: 'Ndiaye' },
        email: 'aissatou@example.sn',
        phone: '+221771234567',
        companyName: 'Teranga',
        address: {
          line1: '12 rue Félix Faure Plateau',
          city: 'Dakar',
          state: 'Dakar',
          postalCode: '11000',
          country: 'SN',
        },
      },
      version: '2026-03-02T09:30:00.123Z',
      mergedIds: ['400', '401'],
    })
  })

  it.each([null, '', '   '])('treats a field with %j as empty', (empty) => {
    const address = {
      address: empty,
      city: empty,
      state: empty,
      zip: empty,
      country: empty,
      hs_country_region_code: empty,
    }
    expect(
      customer({ firstname: empty, email: empty, phone: empty, mobilephone: empty, ...address }),
    ).toEqual({
      name: { given: null },
      email: null,
      phone: null,
      address: null,
    })
  })

  it('omits what HubSpot did not provide', () => {
    expect(customer({})).toEqual({})
  })

  it.each([
    {
      why: 'the second number when the first cannot be read',
      given: { phone: 'ask the desk', mobilephone: '+233241234567' },
      phone: '+233241234567',
    },
    {
      why: 'the second number when the first is empty',
      given: { phone: '', mobilephone: '+233241234567' },
      phone: '+233241234567',
    },
    {
      why: 'nothing from a local number without a country',
      given: { phone: '024 123 4567' },
      phone: undefined,
    },
    {
      why: 'a local number by the ISO country',
      given: { phone: '024 123 4567', hs_country_region_code: 'gh', country: 'France' },
      phone: '+233241234567',
    },
    {
      why: 'a local number by the country’s name',
      given: { phone: '024 123 4567', hs_country_region_code: '??', country: 'GHANA' },
      phone: '+233241234567',
    },
  ])('reads $why', ({ given, phone }) => {
    expect(customer(given).phone).toBe(phone)
  })

  it('omits a country that cannot be read, and keeps the rest of the address', () => {
    expect(customer({ city: 'Gotham', country: 'Nowhere' }).address).toEqual({ city: 'Gotham' })
  })

  it('fills fields from the properties that the operator maps', () => {
    const overrides = {
      contact: {
        'metadata.tier': 'tier__c',
        email: ['billing_email', 'email'],
        'billing.city': 'billing_city',
      },
    }
    const properties = { tier__c: 'gold', billing_email: '', email: 'a@example.cm', billing_city: 'Buea' }
    expect(customer(properties, 'contact', overrides)).toEqual({
      email: 'a@example.cm',
      billing: { city: 'Buea' },
      metadata: { tier: 'gold' },
    })
    expect(wantedProperties(objectOf('contact', overrides))).toEqual(
      expect.arrayContaining(['tier__c', 'billing_email', 'phone']),
    )
  })

  it('reads a shipping address, its recipient and a local number in it', () => {
    const overrides = {
      contact: {
        'shipping.name': 'ship_to',
        'shipping.phone': 'ship_phone',
        'shipping.line1': 'ship_street',
        'shipping.line2': 'ship_floor',
        'shipping.city': 'ship_city',
        'shipping.state': 'ship_region',
        'shipping.postalCode': 'ship_zip',
        'shipping.country': 'ship_country',
      },
    }
    const ship = (given: HubspotRecord['properties']) => customer(given, 'contact', overrides)
    expect(
      ship({
        ship_to: 'Entrepôt Makossa',
        ship_phone: '024 123 4567',
        ship_street: 'Spintex Road 4',
        ship_floor: '',
        ship_city: 'Accra',
        ship_region: null,
        ship_zip: 'GA-184',
        ship_country: 'Ghana',
        country: 'Cameroon',
      }).shipping,
    ).toEqual({
      name: 'Entrepôt Makossa',
      phone: '+233241234567',
      address: {
        line1: 'Spintex Road 4',
        line2: null,
        city: 'Accra',
        state: null,
        postalCode: 'GA-184',
        country: 'GH',
      },
    })
    expect(ship({ ship_to: 'Lan' }).shipping).toEqual({ name: 'Lan' })
    expect(ship({ ship_city: '', ship_to: null }).shipping).toEqual({ name: null, address: null })
    expect(ship({ ship_phone: '0677 12 34 56', country: 'Cameroon' }).shipping).toBeUndefined()
    expect(wantedProperties(objectOf('contact', overrides))).toEqual(
      expect.arrayContaining(['ship_to', 'ship_country']),
    )
  })

  it('distinguishes an emptied metadata field from one that was not provided', () => {
    const overrides = { contact: { 'metadata.tier': 'tier', 'metadata.segment': 'segment' } }
    expect(customer({ tier: '' }, 'contact', overrides)).toEqual({ metadata: { tier: null } })
    expect(customer({ tier: 'gold', segment: null }, 'contact', overrides).metadata).toEqual({
      tier: 'gold',
      segment: null,
    })
    expect(customer({}, 'contact', overrides)).toEqual({})
  })

  it('lists fields that have a value but cannot be read', () => {
    const given = { email: 'ask her', phone: 'none', mobilephone: '?', country: 'Nowhere', city: 'Gotham' }
    expect(customer(given)).toEqual({
      address: { city: 'Gotham' },
      unreadable: ['address.country', 'email', 'phone'],
    })
    expect(customer({ ...given, mobilephone: '+233241234567' }).unreadable).not.toContain('phone')
    expect(customer({ phone: '' })).not.toHaveProperty('unreadable')
  })

  it('matches our schema whatever the properties hold', () => {
    const names = wantedProperties(objectOf('contact'))
    const value = fc.option(
      fc.oneof(anyText(), fc.constantFrom('CM', 'Ghana', '+237677123456', '\ud800', '\u0000')),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (properties) => {
        expect(customerSchema.safeParse(customer(properties)).error).toBeUndefined()
        expect(customer(properties)).toEqual(customer(properties))
      }),
    )
  })
})

describe('a HubSpot company as a customer', () => {
  it('uses the name and both address lines', () => {
    const properties = {
      name: 'Savane Télécom',
      phone: '233 42 12 34',
      address: 'Bd de la Liberté',
      address2: '2e étage',
      country: 'Cameroon',
      hs_lastmodifieddate: '1772442000000',
    }
    expect(fetched(properties, 'company')).toMatchObject({
      customer: {
        name: { full: 'Savane Télécom' },
        companyName: 'Savane Télécom',
        phone: '+237233421234',
        address: { line1: 'Bd de la Liberté', line2: '2e étage', country: 'CM' },
      },
      version: '2026-03-02T09:00:00.000Z',
    })
  })
})

describe('HubSpot’s answer for a record', () => {
  const object = objectOf('contact')
  const record = { id: '501', properties: {}, updatedAt: '2026-03-02T09:00:00Z' }

  it('is merged when another id is returned, and deleted when the record is archived', () => {
    expect(toFetchedCustomer(record, '400', object)).toEqual({ kind: 'merged', intoId: '501' })
    expect(toFetchedCustomer({ ...record, archived: true }, '501', object)).toEqual({ kind: 'deleted' })
  })

  it('uses the record’s time when the property is missing', () => {
    expect(toFetchedCustomer(record, '501', object)).toMatchObject({ version: '2026-03-02T09:00:00.000Z' })
  })

  it('is unusable without any time', () => {
    const answer = toFetchedCustomer({ ...record, updatedAt: 'yesterday' }, '501', object)
    expect(answer).toMatchObject({ kind: 'failed', error: { code: 'CRM_ANSWER_UNREADABLE' } })
  })
})
