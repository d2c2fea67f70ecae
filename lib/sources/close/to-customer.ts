import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { isObject } from '../../support/json.ts'
import { type FieldMap, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import type { CloseContact, CloseLead } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>
type Property = string | null | undefined

/** `lead.…` is a field of the contact's lead, `lead.address.…` one of its address. */
const fields: FieldMap = {
  'name.full': 'name',
  email: 'email',
  phone: 'phone',
  companyName: 'lead.display_name',
  'address.line1': 'lead.address.address_1',
  'address.line2': 'lead.address.address_2',
  'address.city': 'lead.address.city',
  'address.state': 'lead.address.state',
  'address.postalCode': 'lead.address.zipcode',
  'address.country': 'lead.address.country',
}

/** The lists of a contact: the property that reads the first filled one, and the member that holds the value. */
const lists: Readonly<Record<string, readonly [list: string, member: string]>> = {
  email: ['emails', 'email'],
  phone: ['phones', 'phone'],
}

/** Which address of a lead counts: the first one with the first of these labels that there is, else the first one. */
const labels = ['business', 'mailing'] as const

/**
 * A contact with the name and the address of its lead; undefined for a lead that is gone, of which nothing is known then. The
 * version is the contact's own: a lead's changes with every call and note. Pure.
 */
export function toFetchedCustomer(
  contact: CloseContact,
  lead: CloseLead | undefined,
  overrides: FieldMap = {},
): FetchedCustomer {
  const customer = readCustomer({ ...fields, ...overrides }, (name) =>
    name.startsWith('lead.') ? ofLead(lead, name.slice('lead.'.length)) : ofContact(contact, name),
  )
  return { kind: 'found', customer, version: toIsoTime(contact.date_updated) ?? null, mergedIds: [] }
}

function ofContact(contact: CloseContact, name: string): Property {
  const [list, member] = lists[name] ?? []
  return list && member ? firstOf(contact[list], member) : scalar(own(contact, name))
}

function ofLead(lead: CloseLead | undefined, name: string): Property {
  if (!lead) return undefined
  if (!name.startsWith('address.')) return scalar(own(lead, name))
  const { addresses } = lead
  if (addresses === null) return null
  if (!Array.isArray(addresses)) return undefined
  const known = addresses.filter(isObject)
  if (known.length === 0) return null
  const address =
    labels.map((label) => known.find((each) => each['label'] === label)).find(Boolean) ?? known[0]
  // An address without one of its fields has that field empty.
  return scalar(address && own(address, name.slice('address.'.length))) ?? null
}

function firstOf(list: unknown, member: string): Property {
  if (list === null) return null
  if (!Array.isArray(list)) return undefined
  const values = list.filter(isObject).map((entry) => scalar(entry[member]))
  return values.find((value) => value?.trim()) ?? (list.every(isObject) ? null : undefined)
}

const own = (object: Json, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined)

/** Custom fields can hold several values, of which the first counts. */
function scalar(value: unknown): Property {
  if (Array.isArray(value)) return value.length === 0 ? null : scalar(value[0])
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
