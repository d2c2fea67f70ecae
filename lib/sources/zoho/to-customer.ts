import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { isObject } from '../../support/json.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import type { ZohoRecord } from './schemas.ts'

/** The followed modules, by their API names. */
export const zohoModules = ['Contacts', 'Accounts', 'Leads'] as const
export type ModuleName = (typeof zohoModules)[number]

export type ZohoModule = { readonly name: ModuleName; readonly fields: FieldMap }

const changedAt = 'Modified_Time'

const person = {
  'name.given': 'First_Name',
  'name.family': 'Last_Name',
  'name.full': 'Full_Name',
  email: 'Email',
  phone: ['Phone', 'Mobile'],
} as const

const addressFrom = (path: string, prefix: string, postalCode: string): FieldMap => ({
  [`${path}.line1`]: `${prefix}Street`,
  [`${path}.city`]: `${prefix}City`,
  [`${path}.state`]: `${prefix}State`,
  [`${path}.postalCode`]: `${prefix}${postalCode}`,
  [`${path}.country`]: `${prefix}Country`,
})

/** The postal code is `Zip` in contacts, `Code` in accounts and `Zip_Code` in leads. */
const modules: Readonly<Record<RecordType, ZohoModule>> = {
  contact: {
    name: 'Contacts',
    fields: { ...person, companyName: 'Account_Name.name', ...addressFrom('address', 'Mailing_', 'Zip') },
  },
  company: {
    name: 'Accounts',
    fields: {
      'name.full': 'Account_Name',
      companyName: 'Account_Name',
      phone: 'Phone',
      ...addressFrom('address', 'Billing_', 'Code'),
      ...addressFrom('shipping', 'Shipping_', 'Code'),
    },
  },
  lead: {
    name: 'Leads',
    fields: { ...person, companyName: 'Company', ...addressFrom('address', '', 'Zip_Code') },
  },
}

/** The Zoho module of a record type, its map with the overrides from `sync.config.ts`. */
export function zohoModule(type: RecordType, overrides: FieldOverrides = {}): ZohoModule {
  const { name, fields } = modules[type]
  return { name, fields: { ...fields, ...overrides[type] } }
}

/** The record type of a module; undefined for a module that is not followed. */
export function recordTypeOf(module: string): RecordType | undefined {
  const types = Object.keys(modules) as RecordType[]
  return types.find((type) => modules[type].name === module)
}

/** The fields to ask for, which Zoho limits to 50. The part of a lookup, as in `Account_Name.name`, is no field. */
export function wantedFields({ fields }: ZohoModule): string[] {
  return [...new Set([...propertiesOf(fields).map((name) => name.split('.')[0] ?? name), changedAt])]
}

/** Pure. */
export function toCustomer(record: ZohoRecord, { fields }: ZohoModule): Customer {
  return readCustomer(fields, (name) => propertyOf(record, name))
}

/** The record's own last-changed time, to the second. */
export function versionOf(record: ZohoRecord): string | undefined {
  return toIsoTime(record[changedAt])
}

function propertyOf(record: ZohoRecord, path: string): string | null | undefined {
  const [name = '', part] = path.split('.')
  const value = Object.hasOwn(record, name) ? record[name] : undefined
  return textOf(part !== undefined && isObject(value) ? value[part] : value)
}

/** Of a pick-list with several values, the first that is filled. */
function textOf(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value)) return undefined
  const texts = value.map(textOf)
  return texts.find((text) => text?.trim()) ?? (texts.includes(undefined) ? undefined : null)
}
