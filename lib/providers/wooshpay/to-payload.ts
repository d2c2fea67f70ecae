import type { RecordRef } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import type { ClearableField } from '../../core/model/provider.ts'
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
    metadata: toMetadata(customer.metadata, ref, {
      extra: company === undefined ? {} : { company_name: company },
      empty: clear.has('metadata') ? '' : undefined,
    }),
    name: put('name', readName(customer, ref, limits.name)),
    phone: readPhone(customer.phone),
    shipping: toShipping(customer, ref, clear),
  })
}

/**
 * Whatever is known of the shipping, as WooshPay's page makes each part optional. That it takes one without an address or
 * a name is not certain: Stripe would refuse it. A parcel goes to the customer where nobody else is named.
 */
function toShipping(
  customer: Customer,
  ref: RecordRef,
  clear: ReadonlySet<ClearableField>,
): CustomerRequest['shipping'] {
  const { shipping } = customer
  if (!shipping) return shipping === null && clear.has('shipping') ? '' : undefined
  const { put, putAddress } = emptyAs('' as const, clear)
  const address = putAddress('shipping', shipping.address, addressNames, limits.addressPart)
  const recipient = readText(shipping.name, limits.name)
  const fallback = address ? readName(customer, ref, limits.name) : undefined
  const name = put('shipping', recipient || fallback || recipient)
  const phone = put('shipping', readRecipientPhone(shipping.phone))
  const said = Object.values(defined({ address, name, phone }))
  if (said.every((part) => part === '')) return said.length > 0 ? '' : undefined
  return defined({ address: address === '' ? blankAddress : address, name, phone })
}

/** Inside `shipping` an address is an object on WooshPay's page, so that each of its parts is unset. */
const blankAddress = Object.fromEntries(Object.values(addressNames).map((name) => [name, '']))

/** Free text, as it may hold an extension; one that does not fit is left out, since half a number is another number. */
function readRecipientPhone(value: string | null | undefined): string | null | undefined {
  const phone = readText(value, limits.recipientPhone + 1)
  return phone && phone.length > limits.recipientPhone ? undefined : phone
}
