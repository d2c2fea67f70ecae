import type { Address, Customer, Shipping } from '../../core/model/customer.ts'
import { toCountryCode } from '../../support/country.ts'
import { toE164 } from '../../support/phone.ts'
import { addressOf, cleanEmail, knownOf } from '../customer-fields.ts'
import { cleanText, type FieldReader, fieldReader, type Value } from '../field-reader.ts'
import type { AddressInput, CustomerData } from './schemas.ts'

/** The customer in a document of the generic source; undefined when it holds ids only. Pure. */
export function toCustomer(data: CustomerData): Customer | undefined {
  const reader = fieldReader()
  const { read } = reader
  const address = toAddress('address', data.address, reader)
  const billing = toAddress('billing', data.billing, reader)
  const hint = address?.country ?? billing?.country
  const customer: Customer = {
    name: toName(data, reader),
    email: read('email', [data.email], cleanEmail),
    phone: read('phone', [firstProvided(data.phone, data.phoneNumber)], (phone) => toE164(phone, hint)),
    companyName: read('companyName', [data.companyName]),
    description: read('description', [data.description]),
    address,
    billing,
    shipping: toShipping(data.shipping, hint, reader),
    metadata: toMetadata(data.metadata),
  }
  return knownOf({ ...customer, ...reader.noted() })
}

/** The first value that was provided; null counts as provided. */
function firstProvided(...given: readonly Value[]): Value {
  return given.find((value) => value !== undefined)
}

function toName({ name, fullName }: CustomerData, { read }: FieldReader): Customer['name'] {
  if (name === null) return { full: null }
  if (typeof name === 'string') return knownOf({ full: read('name.full', [name]) })
  return knownOf({
    given: read('name.given', [name?.given]),
    family: read('name.family', [name?.family]),
    full: read('name.full', [firstProvided(name?.full, fullName)]),
  })
}

function toAddress(path: string, input: AddressInput, { read }: FieldReader): Address | null | undefined {
  if (input === null || input === undefined) return input
  const { line1, ...rest } = input
  const { line2, city, state, postalCode, country }: Record<string, Value> = rest
  return addressOf({
    line1: read(`${path}.line1`, [line1]),
    line2: read(`${path}.line2`, [line2]),
    city: read(`${path}.city`, [city]),
    state: read(`${path}.state`, [state]),
    postalCode: read(`${path}.postalCode`, [postalCode]),
    country: read(`${path}.country`, [country], toCountryCode),
  })
}

function toShipping(
  input: CustomerData['shipping'],
  hint: Value,
  reader: FieldReader,
): Shipping | null | undefined {
  if (input === null || input === undefined) return input
  const address = toAddress('shipping', input.address, reader)
  return knownOf<Shipping>({
    name: reader.read('shipping.name', [input.name]),
    phone: reader.read('shipping.phone', [input.phone], (phone) => toE164(phone, address?.country ?? hint)),
    address,
  })
}

/** Null and blank values mean that the key was emptied. The sender chooses the keys, so none is reported as unreadable. */
function toMetadata(input: CustomerData['metadata']): Customer['metadata'] {
  return knownOf<Record<string, string | null>>(
    Object.fromEntries(
      Object.entries(input ?? {}).map(([key, item]) => [
        key.toWellFormed(),
        item === null ? null : (cleanText(String(item)) ?? null),
      ]),
    ),
  )
}
