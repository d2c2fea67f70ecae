import type { Snapshot } from '../core/model/change.ts'
import type { Customer } from '../core/model/customer.ts'

/** A queue takes messages up to 1 MiB and charges by 64 KiB: what is larger is read back from the CRM instead. */
const maxCharacters = 40_000

/** The customer as it came with the webhook; undefined without the CRM's own time, or when it is too large to carry. */
export function snapshotOf(customer: Customer, version: string | undefined): Snapshot | undefined {
  if (version === undefined || JSON.stringify(customer).length > maxCharacters) return undefined
  return { customer, version }
}
