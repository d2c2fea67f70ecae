import type { RecordRef } from '../../core/model/change.ts'
import type { Customer } from '../../core/model/customer.ts'
import type { ClearableField } from '../../core/model/provider.ts'
import {
  type AddressNames,
  defined,
  emptyAs,
  readEmail,
  readName,
  readPhone,
} from '../../providers/fields.ts'
import { toMetadata } from '../../providers/metadata.ts'
import { type CustomerRequest, limits } from './schemas.ts'

const addressNames: AddressNames = {
  line1: 'line1',
  line2: 'line2',
  city: 'city',
  state: 'state',
  postalCode: 'postal_code',
  country: 'country',
}

/** The body of create and update. Empty fields named in `clear` are sent as null. Throws Rejected for an e-mail that is too long. */
export function toTillPayload(
  customer: Customer,
  ref: RecordRef,
  clear: ReadonlySet<ClearableField>,
): CustomerRequest {
  const { put, putAddress } = emptyAs(null, clear)
  return defined({
    name: put('name', readName(customer, ref, limits.name)),
    email: readEmail(customer.email, limits.email),
    phone: readPhone(customer.phone),
    address: putAddress('address', customer.address, addressNames, limits.addressPart),
    metadata: toMetadata(customer.metadata, ref, { empty: clear.has('metadata') ? null : undefined }),
  })
}
