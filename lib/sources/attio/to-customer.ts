import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type FieldMap, readCustomer } from '../customer-fields.ts'
import type { AttioRecord } from './schemas.ts'
import { readValue } from './values.ts'

/** The supported record types: the object's slug, and its field map. */
export type AttioObject = { readonly slug: 'people' | 'companies'; readonly fields: FieldMap }

const address = {
  'address.line1': 'primary_location.line_1',
  'address.line2': 'primary_location.more_lines',
  'address.city': 'primary_location.locality',
  'address.state': 'primary_location.region',
  'address.postalCode': 'primary_location.postcode',
  'address.country': 'primary_location.country_code',
}

/** A person refers to a company by its id only; reading its name would cost one more call per person. */
const person: AttioObject = {
  slug: 'people',
  fields: {
    ...address,
    'name.given': 'name.first_name',
    'name.family': 'name.last_name',
    'name.full': 'name.full_name',
    email: 'email_addresses',
    phone: 'phone_numbers',
  },
}

const company: AttioObject = {
  slug: 'companies',
  fields: { ...address, 'name.full': 'name', companyName: 'name' },
}

const objects: Readonly<Partial<Record<RecordType, AttioObject>>> = { contact: person, company }

/** The Attio object of a record type, its map with the overrides from `sync.config.ts`; undefined where there is none. */
export function attioObject(type: RecordType, overrides: FieldOverrides = {}): AttioObject | undefined {
  const object = objects[type]
  return object && { ...object, fields: { ...object.fields, ...overrides[type] } }
}

/** The record type of an object; undefined for one that is not followed. */
export function recordTypeOf(slug: string | undefined): RecordType | undefined {
  return slug === person.slug ? 'contact' : slug === company.slug ? 'company' : undefined
}

/** The answer for the record that was asked for by this id. Pure. */
export function toFetchedCustomer(
  { id, values }: AttioRecord,
  askedId: string,
  { fields }: AttioObject,
): FetchedCustomer {
  if (id.record_id !== askedId) return { kind: 'merged', intoId: id.record_id }
  const customer = readCustomer(fields, (property) => readValue(values, property))
  // No time of a record's last change is documented.
  return { kind: 'found', customer, version: null, mergedIds: [] }
}
