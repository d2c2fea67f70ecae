import type { RecordRef, RecordType } from '../model/change.ts'
import type { ProviderCustomerId, ProviderName } from '../model/provider.ts'

/** Writes the ids of a record's provider customers into properties of the record. */
export interface CustomerIdWriter {
  /** The providers whose ids are written into records of this type. */
  providersFor(type: RecordType): readonly ProviderName[]
  /**
   * Sets the properties of these providers, and nothing else, in one call. Throws RetryLater; Misconfigured (`WRITE_BACK_REFUSED`)
   * where the CRM refuses every such write, since a property or a permission is missing; Rejected with the same code where it
   * refuses this one.
   */
  write(ref: RecordRef, ids: Readonly<Record<ProviderName, ProviderCustomerId>>): Promise<Written>
}

/** `gone`: the record does not exist any more. `mergedInto`: it was merged, and the CRM has written into the record that is left. */
export type Written = 'written' | 'gone' | { readonly mergedInto: string }
