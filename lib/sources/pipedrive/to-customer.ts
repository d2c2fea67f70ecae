import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType, Snapshot } from '../../core/model/change.ts'
import type { Customer, CustomerIds } from '../../core/model/customer.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'
import { type Properties, propertiesFrom } from './properties.ts'

/** The supported record types: API path, field map, and the fields a complete record must have. */
export type PipedriveObject = {
  readonly path: 'persons' | 'organizations'
  readonly fields: FieldMap
  /** At least one property of each group must be in the webhook. */
  readonly required: readonly (readonly string[])[]
  /** Properties that the operator maps in addition. All of them must be in the webhook. */
  readonly overridden: readonly string[]
}

const parts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country'] as const
const addressFrom = (property: string) =>
  Object.fromEntries(parts.map((part) => [`address.${part}`, `${property}.${part}`]))

/**
 * A person's company is a separate organization. Webhooks v2 and the API contain only its id, so `companyName` is
 * mapped only where its name is included (v1); reading it would cost one more call per person.
 */
const person = {
  path: 'persons',
  required: [['name'], ['emails', 'email'], ['phones', 'phone']],
  fields: {
    'name.given': 'first_name',
    'name.family': 'last_name',
    'name.full': 'name',
    email: ['emails', 'email'],
    phone: ['phones', 'phone'],
    companyName: 'org_name',
    ...addressFrom('postal_address'),
  },
} as const

const organization = {
  path: 'organizations',
  required: [['name'], ['address.country']],
  fields: {
    'name.full': 'name',
    companyName: 'name',
    ...addressFrom('address'),
    'address.country': ['address.country', 'country_code'],
  },
} as const

/** The Pipedrive object of a record type, its map with the overrides from `sync.config.ts`; undefined where there is none. */
export function pipedriveObject(
  type: RecordType,
  overrides: FieldOverrides = {},
): PipedriveObject | undefined {
  const object = type === 'contact' ? person : type === 'company' ? organization : undefined
  const changed = overrides[type] ?? {}
  return object && { ...object, fields: { ...object.fields, ...changed }, overridden: propertiesOf(changed) }
}

export function toCustomer(properties: Properties, object: PipedriveObject): Customer {
  return readCustomer(object.fields, (name) => properties.get(name.replace(/^custom_fields\./, '')))
}

/** The record's own last-changed time, to the second. Also used for webhooks, so that all times come from one clock. */
export function versionOf(properties: Properties): string | undefined {
  return toIsoTime(properties.get('update_time'))
}

/**
 * The record from a webhook, if the webhook contains everything that our map reads; otherwise undefined, and the
 * record is read from the API.
 */
export function toSnapshot(
  record: Readonly<Record<string, unknown>>,
  object: PipedriveObject,
  idsOf: (properties: Properties) => CustomerIds | undefined,
): Snapshot | undefined {
  const properties = propertiesFrom(record)
  const whole =
    object.required.every((names) => names.some((name) => properties.has(name))) &&
    object.overridden.every((name) => properties.has(name.replace(/^custom_fields\./, '')))
  // Only the API returns the parts of an address that arrived as text.
  const unsplit =
    typeof record['address'] === 'string' && record['address'] !== '' && !('address_country' in record)
  if (!whole || unsplit) return undefined
  const snapshot = snapshotOf(toCustomer(properties, object), versionOf(properties))
  const customerIds = idsOf(properties)
  return snapshot && customerIds ? { ...snapshot, customerIds } : snapshot
}
