import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType, Snapshot } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'
import { type Properties, propertiesFrom } from './properties.ts'

/** The record types we read: where the API has them, how they are mapped, and what a whole one cannot be without. */
export type PipedriveObject = {
  readonly path: 'persons' | 'organizations'
  readonly fields: FieldMap
  /** One of each group must have come with the webhook. */
  readonly required: readonly (readonly string[])[]
  /** What the operator maps besides; all of it must have come. */
  readonly overridden: readonly string[]
}

const parts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country'] as const
const addressFrom = (property: string) =>
  Object.fromEntries(parts.map((part) => [`address.${part}`, `${property}.${part}`]))

/**
 * A person's company is an organization of its own, of which webhooks v2 and the API tell only the id: `companyName` is
 * read where its name comes along (v1), rather than paying another call for every person.
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

/** The record type as Pipedrive keeps it, its map changed as `sync.config.ts` says; undefined where there is none. */
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

/** The record's own last-changed time, to the second; also in webhooks, so that both are measured by one clock. */
export function versionOf(properties: Properties): string | undefined {
  return toIsoTime(properties.get('update_time'))
}

/**
 * The record that came with a webhook, if all that our map reads came with it; else undefined, and it is
 * read back from the API.
 */
export function toSnapshot(
  record: Readonly<Record<string, unknown>>,
  object: PipedriveObject,
): Snapshot | undefined {
  const properties = propertiesFrom(record)
  const whole =
    object.required.every((names) => names.some((name) => properties.has(name))) &&
    object.overridden.every((name) => properties.has(name.replace(/^custom_fields\./, '')))
  // An address that came as text alone has parts that only the API tells.
  const unsplit =
    typeof record['address'] === 'string' && record['address'] !== '' && !('address_country' in record)
  return whole && !unsplit ? snapshotOf(toCustomer(properties, object), versionOf(properties)) : undefined
}
