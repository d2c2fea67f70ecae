import type { Address, Customer, Name } from '../core/customer.ts'
import { toCountryCode } from '../support/country.ts'
import { toE164 } from '../support/phone.ts'
import { toNfc, wellFormed } from '../support/text.ts'

/** Customer field (`email`, `address.city`, `metadata.tier`) → CRM property, or several: the first readable one wins. */
export type FieldMap = Readonly<Record<string, string | readonly string[]>>

/** The CRM's value: `null` when the field is empty there, undefined when the CRM said nothing about it. */
export type ReadProperty = (property: string) => string | null | undefined

/** A value as it will be stored: null and undefined as in `Customer`. */
type Value = string | null | undefined

/** The CRM properties a map reads. */
export function propertiesOf(map: FieldMap): string[] {
  return [...new Set(Object.values(map).flat())]
}

/**
 * The customer that a map reads from a record. Phones are normalised with the address's country as hint, countries
 * to ISO codes; what is filled but cannot be read is left out.
 */
export function readCustomer(map: FieldMap, property: ReadProperty): Customer {
  const field = (path: string, parse: (value: string) => string | undefined = cleanText): Value => {
    const values = [map[path] ?? []].flat().map(property)
    const filled = values.filter((value) => typeof value === 'string' && value.trim() !== '')
    if (filled.length === 0) return values.some((value) => value !== undefined) ? null : undefined
    for (const value of filled) {
      const parsed = parse(value ?? '')
      if (parsed !== undefined) return parsed
    }
    return undefined
  }
  const address = (path: string) =>
    addressOf({
      line1: field(`${path}.line1`),
      line2: field(`${path}.line2`),
      city: field(`${path}.city`),
      state: field(`${path}.state`),
      postalCode: field(`${path}.postalCode`),
      country: field(`${path}.country`, toCountryCode),
    })
  const home = address('address')
  const billing = address('billing')
  const hint = home?.country ?? billing?.country
  return tidy({
    name: nameOf({
      given: field('name.given'),
      family: field('name.family'),
      full: field('name.full'),
    }),
    email: field('email'),
    phone: field('phone', (value) => toE164(value, hint)),
    companyName: field('companyName'),
    description: field('description'),
    address: home,
    billing,
    metadata: metadataOf(map, field),
  })
}

/** One well-formed line in NFC, or undefined when nothing is left of it. */
export function cleanText(value: string): string | undefined {
  return toNfc(wellFormed(value)).trim() || undefined
}

/** The address without what is not known; null when all that is known is that it is empty. */
export function addressOf(address: Address): Address | null | undefined {
  const known = tidy(address)
  const values = Object.values(known)
  if (values.length === 0) return undefined
  return values.every((value) => value === null) ? null : known
}

export function nameOf(name: Name): Name | undefined {
  const known = tidy(name)
  return Object.keys(known).length === 0 ? undefined : known
}

/** The same without its undefined entries. */
export function tidy<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}

const metadataPrefix = 'metadata.'

function metadataOf(map: FieldMap, field: (path: string) => Value): Record<string, string> | undefined {
  const entries = Object.keys(map)
    .filter((path) => path.startsWith(metadataPrefix))
    .map((path) => [path.slice(metadataPrefix.length), field(path)] as const)
    .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
