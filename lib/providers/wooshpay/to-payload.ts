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
 * The body of "Update a customer". WooshPay has no field for a company, which is sent as `metadata.company_name`, and
 * none for a billing address. Empty fields named in `clear` are sent as an empty string, which unsets them at Stripe
 * and, as a guess, here.
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
 * The known parts of the shipping; WooshPay's page makes each part optional. It may still reject one without an
 * address or a name, as Stripe would. Without a named recipient, the customer is the recipient.
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
  const known = Object.values(defined({ address, name, phone }))
  if (known.every((part) => part === '')) return known.length > 0 ? '' : undefined
  return defined({ address: address === '' ? blankAddress : address, name, phone })
}

/** Inside `shipping`, WooshPay's page defines the address as an object, so each of its parts is unset. */
const blankAddress = Object.fromEntries(Object.values(addressNames).map((name) => [name, '']))

/** Free text, because it may contain an extension. If it is too long it is omitted: a cut number is a different number. */
function readRecipientPhone(value: string | null | undefined): string | null | undefined {
  const phone = readText(value, limits.recipientPhone + 1)
  return phone && phone.length > limits.recipientPhone ? undefined : phone
}
