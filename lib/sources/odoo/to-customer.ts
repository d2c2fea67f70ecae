import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { Customer } from '../../core/model/customer.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'

/** A record with Odoo's own names, from a webhook or from the API. */
type Fields = Readonly<Record<string, unknown>>

/** Fields of `res.partner`, the same in Odoo 17 to 19 except for `mobile`. */
const contact: FieldMap = {
  'name.full': 'name',
  email: 'email',
  phone: ['phone', 'mobile'],
  companyName: 'commercial_company_name',
  'address.line1': 'street',
  'address.line2': 'street2',
  'address.city': 'city',
  'address.state': 'state_id',
  'address.postalCode': 'zip',
  // The id of a country says nothing, but its absence does.
  'address.country': ['country_code', 'country_id'],
}

export function odooFields(overrides: FieldOverrides = {}): FieldMap {
  return { ...contact, ...overrides.contact }
}

/** What is asked of the API for this map. */
export function fieldsToRead(map: FieldMap): string[] {
  const names = propertiesOf(map).filter((name) => name !== 'country_id')
  return [...new Set(['id', 'write_date', ...names])]
}

/** The contact as a customer. A company is a contact whose name is also that of the company. Pure. */
export function toCustomer(fields: Fields, map: FieldMap): Customer {
  const customer = readCustomer(map, (name) => textOf(name, fields))
  // A webhook has the id of the state only.
  const isStateUnread = map['address.state'] === 'state_id' && typeof fields['state_id'] === 'number'
  const { unreadable = [] } = customer
  return isStateUnread ? { ...customer, unreadable: [...unreadable, 'address.state'] } : customer
}

/** When the record was last written: the begin of that transaction, to the second from the API, UTC without saying so. */
export function versionOf(fields: Fields): string | undefined {
  return toIsoTime(fields['write_date'])
}

function textOf(name: string, fields: Fields): string | null | undefined {
  if (name === 'commercial_company_name') return companyOf(fields)
  // Named as unreadable: it is no country.
  if (name === 'country_id' && typeof fields[name] === 'number') return String(fields[name])
  const text = isReference(name, fields[name]) ? undefined : plainText(fields[name])
  // Odoo shows `Littoral (CM)`.
  return name === 'state_id' && text ? text.replace(/ \([A-Z]{2}\)$/, '') : text
}

/** Odoo's own computation of `commercial_company_name`, as far as the webhook's fields allow it. */
function companyOf(fields: Fields): string | null | undefined {
  const { commercial_company_name: known, is_company, name, parent_name, parent_id, company_name } = fields
  if (known !== undefined) return plainText(known)
  if (is_company === true) return plainText(name)
  if (parent_name) return plainText(parent_name)
  const hasParent = Boolean(parent_id) && parent_name === undefined
  return hasParent && !company_name ? undefined : plainText(company_name)
}

/** The id of a many2one. By Odoo's convention, the names of such fields end in `_id`. */
function isReference(name: string, value: unknown): boolean {
  return typeof value === 'number' && name.endsWith('_id')
}

/** `false`, null and an empty list are empty. A many2one of the API is `[id, name]`; ids alone are no text. */
function plainText(value: unknown): string | null | undefined {
  if (value === false || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || value === true) return String(value)
  if (!Array.isArray(value)) return undefined
  if (value.length === 0) return null
  return value.length === 2 && typeof value[1] === 'string' ? value[1] : undefined
}
