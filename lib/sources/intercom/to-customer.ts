import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType, Snapshot } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { isObject } from '../../support/json.ts'
import { type FieldMap, propertiesOf, type ReadProperty, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'

type Json = Readonly<Record<string, unknown>>

/** A supported record type: API path, field map, and the fields that the operator maps in addition. */
export type IntercomObject = {
  readonly path: 'contacts' | 'companies'
  readonly fields: FieldMap
  readonly overridden: readonly string[]
}

/**
 * Users and leads are both contacts: a lead that becomes a user keeps its id. `location` is where the contact's IP address was
 * last seen, so it is no address. `companies` has ids only.
 */
const contact = { path: 'contacts', fields: { 'name.full': 'name', email: 'email', phone: 'phone' } } as const
const company = { path: 'companies', fields: { 'name.full': 'name', companyName: 'name' } } as const

/** What a webhook must contain to be used instead of reading the contact. */
const required = ['name', 'email', 'phone', 'updated_at'] as const

/** The Intercom object of a record type, its map with the overrides from `sync.config.ts`; undefined where there is none. */
export function intercomObject(type: RecordType, overrides: FieldOverrides = {}): IntercomObject | undefined {
  const object = type === 'contact' ? contact : type === 'company' ? company : undefined
  const changed = overrides[type] ?? {}
  return object && { ...object, fields: { ...object.fields, ...changed }, overridden: propertiesOf(changed) }
}

export function toCustomer(record: Json, { fields }: IntercomObject): Customer {
  return readCustomer(fields, propertyOf(record))
}

/** The contact from a webhook, if it contains everything that our map reads; otherwise undefined. */
export function toSnapshot(record: Json, object: IntercomObject): Snapshot | undefined {
  const property = propertyOf(record)
  const isWhole = [...required, ...object.overridden].every((name) => property(name) !== undefined)
  return isWhole ? snapshotOf(toCustomer(record, object), versionOf(record)) : undefined
}

/** The record's own last-changed time. Undefined when it has none. */
export function versionOf(record: Json): string | undefined {
  return wholeSeconds(record['updated_at'])
}

/**
 * A time of a webhook (ISO 8601) or of the API (seconds since 1970) as ISO 8601 in UTC. In whole seconds, so that both tell the
 * same time of the same state.
 */
export function wholeSeconds(value: unknown): string | undefined {
  const isSeconds = typeof value === 'number' || (typeof value === 'string' && /^\d{9,11}$/.test(value))
  return toIsoTime(isSeconds ? Number(value) * 1000 : value)?.replace(/\.\d+Z$/, '.000Z')
}

/** Intercom's own names, and custom attributes as `custom_attributes.<name>`. */
function propertyOf(record: Json): ReadProperty {
  const custom = record['custom_attributes']
  return (name) => {
    const [, attribute] = /^custom_attributes\.(.+)$/s.exec(name) ?? []
    if (attribute === undefined) return scalar(own(record, name))
    return isObject(custom) ? scalar(own(custom, attribute)) : undefined
  }
}

function own(record: Json, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function scalar(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
