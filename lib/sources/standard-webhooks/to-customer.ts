import type { Address, Customer, Shipping } from '../../core/customer.ts'
import { toCountryCode } from '../../support/country.ts'
import { toE164 } from '../../support/phone.ts'
import { addressOf, cleanText, nameOf, tidy } from '../customer-fields.ts'
import type { AddressInput, CustomerData } from './schemas.ts'

type Given = string | null | undefined

/** The customer in a document of the generic door; undefined when it holds nothing but ids. Pure. */
export function toCustomer(data: CustomerData): Customer | undefined {
  const address = toAddress(data.address)
  const billing = toAddress(data.billing)
  const hint = address?.country ?? billing?.country
  const customer = tidy<Customer>({
    name: toName(data),
    email: value(data.email),
    phone: value(said(data.phone, data.phoneNumber), (phone) => toE164(phone, hint)),
    companyName: value(data.companyName),
    description: value(data.description),
    address,
    billing,
    shipping: toShipping(data.shipping, hint),
    metadata: toMetadata(data.metadata),
  })
  return Object.keys(customer).length === 0 ? undefined : customer
}

/** Absent stays absent, empty becomes null, and what cannot be read is left out. */
function value(given: Given, parse: (text: string) => string | undefined = cleanText): Given {
  if (given === undefined || given === null) return given
  return given.trim() === '' ? null : parse(given)
}

/** The first that was said at all; null is an answer. */
function said(...given: readonly Given[]): Given {
  return given.find((it) => it !== undefined)
}

function toName({ name, fullName }: CustomerData): Customer['name'] {
  if (name === null) return { full: null }
  if (typeof name === 'string') return nameOf({ full: value(name) })
  return nameOf({
    given: value(name?.given),
    family: value(name?.family),
    full: value(said(name?.full, fullName)),
  })
}

function toAddress(input: AddressInput): Address | null | undefined {
  if (input === null || input === undefined) return input
  const { line1, ...rest } = input
  const { line2, city, state, postalCode, country }: Record<string, Given> = rest
  return addressOf({
    line1: value(line1),
    line2: value(line2),
    city: value(city),
    state: value(state),
    postalCode: value(postalCode),
    country: value(country, toCountryCode),
  })
}

function toShipping(input: CustomerData['shipping'], hint: Given): Shipping | null | undefined {
  if (input === null || input === undefined) return input
  const address = toAddress(input.address)
  const shipping = tidy<Shipping>({
    name: value(input.name),
    phone: value(input.phone, (phone) => toE164(phone, address?.country ?? hint)),
    address,
  })
  return Object.keys(shipping).length === 0 ? undefined : shipping
}

function toMetadata(input: CustomerData['metadata']): Record<string, string> | undefined {
  const entries = Object.entries(input ?? {}).flatMap(([key, item]) => {
    const text = item === null ? undefined : cleanText(String(item))
    return text === undefined ? [] : [[key.toWellFormed(), text] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
