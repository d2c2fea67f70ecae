import type { RecordRef } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { CustomerPlace, Mode, ProviderCustomerId, ProviderName } from '../model/provider.ts'

/** The table. Every save is one conditional single-item write; nothing here spans items. */
export interface CustomerLinks {
  /** All links of the record, and its own line (provider null) if it has one; one consistent read. */
  findLinks(ref: RecordRef): Promise<readonly Link[]>
  /**
   * Saves the link if the stored one still has `link.revision` (0: does not exist yet), and returns it with the next
   * revision. Null when somebody else was there first.
   */
  saveLink(link: Link): Promise<Link | null>
  /** By an index that is eventually consistent: a link that was just saved may be missing. */
  findByProviderCustomer(provider: ProviderName, mode: Mode, id: ProviderCustomerId): Promise<readonly Link[]>
  /** The record that the provider customer was reserved for before it was adopted; a consistent read. Null for none. */
  findReservation(place: CustomerPlace): Promise<RecordRef | null>
  /** False when it is not `instead` (null: nobody) any more whom it is reserved for. */
  reserveCustomer(place: CustomerPlace, ref: RecordRef, instead: RecordRef | null): Promise<boolean>
}
