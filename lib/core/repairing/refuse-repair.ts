import { Rejected, RetryLater } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import { isErased, mergedInto, type RecordBook } from '../model/record-book.ts'

/** Throws Rejected for a record that was erased or merged away. */
export function refuseTombstone(book: RecordBook): void {
  if (isErased(book)) {
    throw new Rejected(
      'LINK_ERASED',
      'this record was erased for privacy: it must not be linked to a customer again',
    )
  }
  const survivor = mergedInto(book)
  if (survivor !== null) {
    throw new Rejected(
      'LINK_MERGED',
      `this record was merged into ${survivor}: attach the customer to that one`,
    )
  }
}

/** Throws Rejected for a link to a customer other than `id`, and while a create is in progress. */
export function refuseInUse(
  { state, provider, providerCustomerId, claim }: Link,
  id: string | null,
  now: Date,
): void {
  if (state === 'linked' && providerCustomerId !== null && providerCustomerId !== id) {
    throw new Rejected(
      'LINK_IN_USE',
      `this record is linked to ${providerCustomerId} at ${provider}: without that link, its next change would go to another customer and both customers would remain; add --force to do it anyway`,
    )
  }
  if (claim && Date.parse(claim.leaseUntil) > now.getTime()) {
    throw new Rejected(
      'LINK_CLAIMED',
      `a create is in progress until ${claim.leaseUntil}: wait for it, or add --force`,
    )
  }
}

/** The error for a tombstone that only `force` removes. */
export function tombstone(state: 'erased' | 'merged' | 'deleted'): Rejected {
  return new Rejected(
    'LINK_TOMBSTONE',
    `this record is ${state}: without this entry, a late event could create its customer again; add --force to do it anyway`,
  )
}

export function conflict(): RetryLater {
  return new RetryLater(
    'LINK_CONFLICT',
    'the link was changed at the same time: look at it again, then repeat',
    { counts: false },
  )
}
