import type { RecordRef } from '../../core/change.ts'
import type { Customer } from '../../core/customer.ts'
import type { ClearableField } from '../../core/ports.ts'
import { type AddressNames, defined, emptyAs, readEmail, readName, readPhone, readText } from '../fields.ts'
import { toMetadata } from '../metadata.ts'
import { type CustomerRequest, limits } from './schemas.ts'

const addressNames: AddressNames = {
  city: 'city',
  country: 'country',
  line1: 'line1',
  line2: 'line2',
  postalCode: 'postal_code',
  state: 'state',
}

/**
 * The body of "Update a customer". WooshPay has no field for a company, which goes to `metadata.company_name`, and none
 * for a billing address. An empty field that `clear` names is sent as an empty string, which unsets it at Stripe and so,
 * as a guess, here.
 */
export function toWooshPayPayload(
  customer: Customer,
  ref: RecordRef,
  clear: ReadonlySet<ClearableField>,
): CustomerRequest {
  const { put, putAddress } = emptyAs('' as const, clear)
  const company = put('companyName', readText(customer.companyName, limits.name))
  return defined({
    address: putAddress('address', customer.address, addressNames, limits.addressPart),
    description: put('description', readText(customer.description, limits.description)),
    email: readEmail(customer.email, limits.email),
    metadata: toMetadata(customer.metadata, ref, company === undefined ? {} : { company_name: company }),
    name: put('name', readName(customer, ref, limits.name)),
    phone: readPhone(customer.phone),
    shipping: toShipping(customer, ref, clear),
  })
}

/** Sent with an address and a recipient only (Stripe refuses it otherwise); the customer is who it is sent to if nobody else is. */
function toShipping(
  customer: Customer,
  ref: RecordRef,
  clear: ReadonlySet<ClearableField>,
): CustomerRequest['shipping'] {
  const { shipping } = customer
  const { putAddress } = emptyAs('' as const, clear)
  if (shipping === undefined) return undefined
  const address = putAddress(
    'shipping',
    shipping === null ? null : shipping.address,
    addressNames,
    limits.addressPart,
  )
  if (!address) return address
  const name = readText(shipping?.name, limits.name) ?? readName(customer, ref, limits.name)
  if (!name) return undefined
  return defined({ address, name, phone: readRecipientPhone(shipping?.phone) })
}

/** Free text, as it may hold an extension; one that does not fit is left out, since half a number is another number. */
function readRecipientPhone(value: string | null | undefined): string | undefined {
  const phone = readText(value, limits.recipientPhone + 1)
  return phone && phone.length <= limits.recipientPhone ? phone : undefined
}
