import { type RecordRef, recordKey } from '../model/change.ts'
import { Rejected } from '../model/errors.ts'
import type { CustomerPlace, ProviderCustomerId } from '../model/provider.ts'
import type { RecordBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'

export type Attachment = {
  readonly ref: RecordRef
  /** In the mode of the customer. The customer is read from it first. */
  readonly provider: Pick<PaymentProvider, 'name' | 'mode' | 'retrieveCustomer' | 'ownerOf'>
  readonly providerCustomerId: ProviderCustomerId
}

/** Throws Rejected when another record is linked to the customer. */
export async function refuseTaken(
  ref: RecordRef,
  { provider, mode, id }: CustomerPlace,
  links: CustomerLinks,
): Promise<void> {
  const owners = await links.findByProviderCustomer(provider, mode, id)
  const other = owners.find(
    (link) => recordKey(link.ref) !== recordKey(ref) && link.mergedInto !== ref.recordId,
  )
  if (other) throw taken(id, other.ref)
}

export function taken(id: ProviderCustomerId, { source, recordType, recordId }: RecordRef): Rejected {
  return new Rejected(
    'CUSTOMER_TAKEN',
    `${id} belongs to ${source} ${recordType} ${recordId} already; add --force to link both records to it`,
  )
}

/** Throws Rejected when the provider does not know the customer or, without `force`, its metadata names another record. */
export async function refuseOtherOwner(
  { ref, provider, providerCustomerId: id }: Attachment,
  book: RecordBook,
  force: boolean,
): Promise<void> {
  const customer = await provider.retrieveCustomer(id)
  if (!customer) {
    throw new Rejected('CUSTOMER_UNKNOWN', `${provider.name} has no customer ${id} in ${provider.mode} mode`)
  }
  const own = [ref.recordId, ...book.links.flatMap(({ absorbed }) => absorbed)]
  const isOwn = own.some((recordId) => provider.ownerOf(customer, { ...ref, recordId }) !== 'another-record')
  if (isOwn || force) return
  throw new Rejected(
    'CUSTOMER_OF_ANOTHER',
    `the metadata of ${id} at ${provider.name} names another record; add --force to link it anyway`,
  )
}
