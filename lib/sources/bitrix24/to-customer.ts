import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { isObject } from '../../support/json.ts'
import { type FieldMap, readCustomer } from '../customer-fields.ts'
import type { Bitrix24Address, Item } from './schemas.ts'

const parts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country'] as const
const reachable = { email: ['EMAIL', 'email'], phone: ['PHONE', 'phone'] }
const address = Object.fromEntries(parts.map((part) => [`address.${part}`, `address.${part}`]))

const person = { ...address, ...reachable, 'name.given': 'name', 'name.family': 'lastName' }

/** A contact's company is a separate record: its name would cost one more call. */
const fieldMaps: Readonly<Record<RecordType, FieldMap>> = {
  contact: person,
  lead: { ...person, companyName: 'companyTitle' },
  company: { ...address, ...reachable, 'name.full': 'title', companyName: 'title' },
}

/** Pure. The overrides are those of `sync.config.ts`. */
export function toCustomer(
  item: Item,
  addresses: readonly Bitrix24Address[],
  recordType: RecordType,
  overrides: FieldOverrides = {},
): Customer {
  const properties = propertiesFrom(item, addresses)
  return readCustomer({ ...fieldMaps[recordType], ...overrides[recordType] }, (name) => properties.get(name))
}

/**
 * An item as flat properties: its own names, `PHONE` and `EMAIL` (the first that is filled) and `PHONE.MOBILE` and the like of its
 * multifields, `address.line1` and the like of the address that is used, and `legal.line1` and the like by type.
 */
function propertiesFrom(
  item: Item,
  addresses: readonly Bitrix24Address[],
): ReadonlyMap<string, string | null> {
  const properties = new Map<string, string | null>()
  for (const [name, value] of Object.entries(item)) {
    const text = scalar(Array.isArray(value) ? value[0] : value)
    if (text !== undefined || (Array.isArray(value) && value.length === 0)) properties.set(name, text ?? null)
  }
  addMultifields(properties, item['fm'])
  for (const [type, id] of Object.entries(addressTypes)) addAddress(properties, type, ofType(addresses, id))
  addAddress(properties, 'address', usedAddress(addresses))
  return properties
}

/** Phones and e-mail addresses: https://apidocs.bitrix24.com/api-reference/crm/universal/object-fields.html#fm. */
function addMultifields(properties: Map<string, string | null>, list: unknown): void {
  if (!Array.isArray(list)) return
  for (const type of ['PHONE', 'EMAIL']) properties.set(type, null)
  for (const entry of list) {
    const { typeId, valueType, value } = isObject(entry) ? entry : {}
    if (typeof typeId !== 'string' || typeof value !== 'string' || value.trim() === '') continue
    for (const name of [typeId, `${typeId}.${String(valueType)}`]) {
      if (!properties.get(name)) properties.set(name, value)
    }
  }
}

/** https://apidocs.bitrix24.com/api-reference/crm/auxiliary/enum/crm-enum-address-type.html, in the order in which one is chosen. */
const addressTypes = { physical: '1', mailing: '8', registered: '4', legal: '6', delivery: '11' } as const

function ofType(addresses: readonly Bitrix24Address[], id: string): Bitrix24Address | undefined {
  return addresses.find(({ TYPE_ID }) => TYPE_ID === id)
}

/** One whole address: parts of several would make one that does not exist. A beneficiary's is another person's. */
function usedAddress(addresses: readonly Bitrix24Address[]): Bitrix24Address | undefined {
  const found = Object.values(addressTypes).map((id) => ofType(addresses, id))
  return found.find((each) => each !== undefined)
}

/** A type that the record does not have is empty. */
function addAddress(
  properties: Map<string, string | null>,
  name: string,
  given: Bitrix24Address | undefined,
): void {
  const values: Readonly<Record<(typeof parts)[number], string | null | undefined>> = {
    line1: given?.ADDRESS_1,
    line2: given?.ADDRESS_2,
    city: given?.CITY,
    state: given?.PROVINCE?.trim() ? given.PROVINCE : given?.REGION,
    postalCode: given?.POSTAL_CODE,
    country: given?.COUNTRY,
  }
  for (const part of parts) properties.set(`${name}.${part}`, values[part] ?? null)
}

function scalar(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
