import type { Snapshot } from '../core/model/change.ts'
import type { Customer } from '../core/model/customer.ts'

/** SQS accepts messages up to 1 MiB and bills per 64 KiB. Larger records are read from the CRM instead. */
const maxCharacters = 40_000

/** The customer from the webhook; undefined without a time from the CRM, or when it is too large for the queue. */
export function snapshotOf(customer: Customer, version: string | undefined): Snapshot | undefined {
  if (version === undefined || JSON.stringify(customer).length > maxCharacters) return undefined
  return { customer, version }
}
