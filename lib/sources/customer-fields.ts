import type { Address, Customer, Shipping } from '../core/model/customer.ts'
import { toCountryCode } from '../support/country.ts'
import { toEmail } from '../support/email.ts'
import { toE164 } from '../support/phone.ts'
import { cleanText, fieldReader, type Value } from './field-reader.ts'

/** Customer field (`email`, `address.city`, `metadata.tier`) → CRM property, or several: the first readable one wins. */
export type FieldMap = Readonly<Record<string, string | readonly string[]>>

/** A CRM property: `null` when the field is empty, undefined when the CRM did not provide it. */
export type ReadProperty = (property: string) => string | null | undefined

/** The CRM properties that a map reads. */
export function propertiesOf(map: FieldMap): string[] {
  return [...new Set(Object.values(map).flat())]
}

/**
 * Maps a record to a customer. Phone numbers are normalised with the country of the address as a hint, countries to
 * ISO codes. Values that cannot be read are omitted and listed in `unreadable`.
 */
export function readCustomer(map: FieldMap, property: ReadProperty): Customer {
  const { read, noted } = fieldReader()
  const field = (path: string, parse?: (text: string) => string | undefined): Value =>
    read(path, [map[path] ?? []].flat().map(property), parse)
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
  const destination = address('shipping')
  const hint = home?.country ?? billing?.country
  const customer: Customer = {
    name: knownOf({
      given: field('name.given'),
      family: field('name.family'),
      full: field('name.full'),
    }),
    email: field('email', cleanEmail),
    phone: field('phone', (value) => toE164(value, hint)),
    companyName: field('companyName'),
    description: field('description'),
    address: home,
    billing,
    shipping: knownOf<Shipping>({
      name: field('shipping.name'),
      phone: field('shipping.phone', (value) => toE164(value, destination?.country ?? hint)),
      address: destination,
    }),
    metadata: metadataOf(map, field),
  }
  return { ...tidy(customer), ...noted() }
}

/** The e-mail address as clean text, or undefined when it is invalid. */
export function cleanEmail(value: string): string | undefined {
  return toEmail(cleanText(value) ?? '')
}

/** The address without unknown parts; null when it is only known to be empty. */
export function addressOf(address: Address): Address | null | undefined {
  const known = tidy(address)
  const values = Object.values(known)
  if (values.length === 0) return undefined
  return values.every((value) => value === null) ? null : known
}

/** The object without its undefined entries; undefined when nothing is left. */
export function knownOf<T extends object>(object: T): T | undefined {
  const known = tidy(object)
  return Object.keys(known).length === 0 ? undefined : known
}

/** The object without its undefined entries. */
function tidy<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}

const metadataPrefix = 'metadata.'

function metadataOf(map: FieldMap, field: (path: string) => Value): Customer['metadata'] {
  const entries = Object.keys(map)
    .filter((path) => path.startsWith(metadataPrefix))
    .map((path) => [path.slice(metadataPrefix.length), field(path)] as const)
    .filter((entry): entry is readonly [string, string | null] => entry[1] !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
