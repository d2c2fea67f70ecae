import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { Customer } from '../../core/model/customer.ts'
import { type FieldMap, readCustomer } from '../../sources/customer-fields.ts'
import type { Person } from './schemas.ts'

/** Which property of a person each field of a customer is read from. */
const fieldMap: FieldMap = { 'name.full': 'name', email: 'mail', phone: 'tel', 'address.country': 'land' }

/** The customer, with the overrides from `sync.config.ts`. */
export function toCustomer(person: Person, overrides: FieldOverrides = {}): Customer {
  return readCustomer({ ...fieldMap, ...overrides.contact }, (property) => textOf(person[property]))
}

function textOf(value: unknown): string | null | undefined {
  return typeof value === 'string' || value === null ? value : undefined
}
