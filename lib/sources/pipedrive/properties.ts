import { isObject } from '../../support/json.ts'

/**
 * A person or organization, from a webhook (v1, v2) or the API, as flat properties: Pipedrive's own names, the
 * primary value of multi-value fields, object parts as `address.locality`, and custom fields by their hash. A missing
 * name was not provided; null is empty. Pure.
 */
export type Properties = ReadonlyMap<string, string | null>

type Json = Readonly<Record<string, unknown>>

export function propertiesFrom(record: Json): Properties {
  const properties = new Map<string, string | null>()
  const { custom_fields: customFields, ...fields } = record
  for (const [name, value] of [...Object.entries(fields), ...Object.entries(asObject(customFields) ?? {})]) {
    addValue(properties, name, value)
  }
  for (const name of ['address', 'postal_address']) addAddress(properties, name, record)
  return properties
}

function addValue(properties: Map<string, string | null>, name: string, value: unknown): void {
  const object = asObject(value)
  const single = Array.isArray(value) ? pickOne(value) : scalar(object ? object['value'] : value)
  if (single !== undefined) properties.set(name, single)
  for (const [part, partValue] of Object.entries(object ?? {})) {
    const text = scalar(partValue)
    if (text !== undefined) properties.set(`${name}.${part}`, text)
  }
}

/** `emails` and `phones`: the primary value, else the first non-empty one. `[{value: '', primary: true}]` is empty. */
function pickOne(list: readonly unknown[]): string | null | undefined {
  const entries = list.map(asObject)
  const filled = entries.filter(
    (entry) => typeof entry?.['value'] === 'string' && entry['value'].trim() !== '',
  )
  const picked = filled.find((entry) => entry?.['primary'] === true) ?? filled[0]
  if (picked) return String(picked['value'])
  return entries.includes(undefined) ? undefined : null
}

const addressParts = {
  street_number: 'street_number',
  route: 'route',
  subpremise: 'subpremise',
  sublocality: 'sublocality',
  locality: 'locality',
  state: 'admin_area_level_1',
  district: 'admin_area_level_2',
  postal_code: 'postal_code',
  country: 'country',
} as const
type AddressPart = keyof typeof addressParts

/**
 * Adds `<name>.line1` … `<name>.country`. v2 has the address parts in an object, v1 in `address_…` fields next to the
 * full text. An address that is not split becomes the first line.
 */
function addAddress(properties: Map<string, string | null>, name: string, record: Json): void {
  const value = record[name]
  if (value === undefined) return
  const object = asObject(value)
  const part = (key: AddressPart): string | null => {
    const vendorName = addressParts[key]
    return scalar(object ? object[vendorName] : record[`${name}_${vendorName}`])?.trim() || null
  }
  const known = Object.keys(addressParts).some((key) => part(key as AddressPart) !== null)
  const whole = scalar(object ? object['value'] : value) ?? null
  const lines: Record<string, string | null> = {
    line1: joined(part('street_number'), part('route')) ?? (known ? null : whole),
    line2: joined(part('subpremise'), part('sublocality')),
    city: part('locality') ?? part('district'),
    state: part('state'),
    postalCode: part('postal_code'),
    country: part('country'),
  }
  for (const [line, text] of Object.entries(lines)) properties.set(`${name}.${line}`, text)
}

const joined = (...parts: readonly (string | null)[]): string | null =>
  parts.filter(Boolean).join(' ') || null

function scalar(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function asObject(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined
}
