import type { RecordType } from '../../../lib/core/model/change.ts'
import { rowSchema } from '../../../lib/sources/dynamics/schemas.ts'
import { dynamicsTable, toFetchedCustomer } from '../../../lib/sources/dynamics/to-customer.ts'
import { guid } from './a-dataverse.ts'

const modifiedon = '2026-03-02T08:15:00Z'
function customerOf(columns: Readonly<Record<string, unknown>>, type: RecordType = 'contact') {
  const fetched = toFetchedCustomer(rowSchema.parse({ modifiedon, ...columns }), dynamicsTable(type))
  return fetched.kind === 'found' ? fetched.customer : fetched
}

const parent = '_parentcustomerid_value'
const parentName = `${parent}@OData.Community.Display.V1.FormattedValue`
const parentTable = `${parent}@Microsoft.Dynamics.CRM.lookuplogicalname`

describe('a row of Dataverse as a customer', () => {
  it.each([
    ['firstname', 'Ama', { name: { given: 'Ama' } }],
    ['lastname', 'Serwaa', { name: { family: 'Serwaa' } }],
    ['fullname', 'Ama Serwaa', { name: { full: 'Ama Serwaa' } }],
    ['emailaddress1', ' ama@example.gh ', { email: 'ama@example.gh' }],
    ['mobilephone', '+233 20 812 3456', { phone: '+233208123456' }],
    ['telephone1', '+233 20 812 3456', { phone: '+233208123456' }],
    ['address1_line1', 'Ring Road 24', { address: { line1: 'Ring Road 24' } }],
    ['address1_line2', 'Osu', { address: { line2: 'Osu' } }],
    ['address1_city', 'Accra', { address: { city: 'Accra' } }],
    ['address1_stateorprovince', 'Greater Accra', { address: { state: 'Greater Accra' } }],
    ['address1_postalcode', 'GA-184', { address: { postalCode: 'GA-184' } }],
    ['address1_country', "Côte d'Ivoire", { address: { country: 'CI' } }],
    ['address1_country', 'ke', { address: { country: 'KE' } }],
    ['address1_country', 'Atlantis', { unreadable: ['address.country'] }],
    ['mobilephone', 'call reception', { unreadable: ['phone'] }],
    ['mobilephone', null, { phone: null }],
    ['emailaddress1', '', { email: null }],
    ['modifiedby', 'nobody', {}],
  ])('%s %j of a contact', (column, value, expected) => {
    expect(customerOf({ [column]: value })).toEqual(expected)
  })

  it('prefers the mobile number, and reads the other one when it is unreadable', () => {
    expect(customerOf({ mobilephone: '+254712345678', telephone1: '+254412223344' })).toEqual({
      phone: '+254712345678',
    })
    expect(customerOf({ mobilephone: 'none', telephone1: '+254412223344' })).toEqual({
      phone: '+254412223344',
    })
  })

  it('reads a local number with the country of the address', () => {
    expect(customerOf({ mobilephone: '0712 345 678', address1_country: 'Kenya' })).toMatchObject({
      phone: '+254712345678',
    })
  })

  it('takes the company of a contact from its account, not from another contact', () => {
    const row = { [parent]: guid(1), [parentName]: 'Savane Logistics' }
    expect(customerOf({ ...row, [parentTable]: 'account' })).toEqual({ companyName: 'Savane Logistics' })
    expect(customerOf({ ...row, [parentTable]: 'contact' })).toEqual({ companyName: null })
    expect(customerOf({ [parent]: null })).toEqual({ companyName: null })
    expect(customerOf({ [parent]: guid(1) })).toEqual({})
  })

  it('maps an account, with its second address for shipping', () => {
    const columns = {
      name: 'Bahari Traders',
      telephone1: '041 222 3344',
      address1_country: 'KE',
      address2_city: 'Mombasa',
      address2_country: 'Kenya',
    }
    expect(customerOf(columns, 'company')).toEqual({
      name: { full: 'Bahari Traders' },
      companyName: 'Bahari Traders',
      phone: '+254412223344',
      address: { country: 'KE' },
      shipping: { address: { city: 'Mombasa', country: 'KE' } },
    })
  })

  it('maps the company of a lead', () => {
    expect(customerOf({ companyname: 'Druk Crafts' }, 'lead')).toEqual({ companyName: 'Druk Crafts' })
  })

  it('is the survivor when it was merged and names its master', () => {
    expect(customerOf({ merged: true, _masterid_value: guid(1).toUpperCase() })).toEqual({
      kind: 'merged',
      intoId: guid(1),
    })
    expect(customerOf({ merged: false, _masterid_value: guid(1) })).toEqual({})
    expect(customerOf({ merged: true, _masterid_value: null })).toEqual({})
    expect(customerOf({ merged: 'yes', _masterid_value: 7 })).toEqual({})
  })

  it('stays a customer while it is inactive', () => {
    expect(customerOf({ statecode: 1, fullname: 'Ama Serwaa' })).toEqual({ name: { full: 'Ama Serwaa' } })
  })
})
