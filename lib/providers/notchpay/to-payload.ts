import type { RecordRef } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { ClearableField } from '../../core/model/provider.ts'
import { type AddressNames, defined, emptyAs, readEmail, readName, readPhone, readText } from '../fields.ts'
import { toMetadata } from '../metadata.ts'
import { type CustomerRequest, limits } from './schemas.ts'

const addressNames: AddressNames = {
  country: 'country',
  state: 'state',
  city: 'city',
  postalCode: 'postal_code',
  line1: 'address_line1',
  line2: 'address_line2',
}

/**
 * The body of "Update a customer", and of create. Notch Pay has no field for a description or a shipping address.
 * Empty fields named in `clear` are sent as null, a guess: how to unset a field is not documented. Nor is whether
 * metadata is merged or replaced. Null unsets an emptied key in both cases; an omitted key is only kept when metadata
 * is merged.
 * Throws Rejected (CONTACT_MISSING) without a usable e-mail or phone, because every body needs one of them.
 */
export function toNotchPayPayload(
  customer: Customer,
  ref: RecordRef,
  clear: ReadonlySet<ClearableField>,
): CustomerRequest {
  const { put, putAddress } = emptyAs(null, clear)
  return defined({
    ...readContact(customer),
    name: put('name', readName(customer, ref, limits.name)),
    company_name: put('companyName', readText(customer.companyName, limits.companyName)),
    metadata: toMetadata(customer.metadata, ref, { empty: clear.has('metadata') ? null : undefined }),
    address: putAddress('address', customer.address, addressNames, limits.addressPart),
    billing: putAddress('billing', customer.billing, addressNames, limits.addressPart),
  })
}

/** The e-mail and phone in the formats Notch Pay accepts. Throws Rejected when there is neither. */
export function readContact(customer: Customer): { email?: string; phone?: string } {
  const email = readEmail(customer.email, limits.email)
  const phone = readPhone(customer.phone)
  if (email || phone) return { ...(email && { email }), ...(phone && { phone }) }
  throw new Rejected(
    'CONTACT_MISSING',
    'Notch Pay needs an e-mail or a phone number: add a valid one to the CRM record',
    { field: 'email' },
  )
}
