import type { RecordRef } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { CustomerPlace, Mode, ProviderCustomerId, ProviderName } from '../model/provider.ts'

/** The table of links. Every save is a conditional write of one item; there are no transactions over several items. */
export interface CustomerLinks {
  /** All links of the record, and its own line (provider null) if it has one. One consistent read. */
  findLinks(ref: RecordRef): Promise<readonly Link[]>
  /**
   * Saves the link if the stored one still has `link.revision` (0: none exists yet), and returns it with the next revision.
   * Null when another worker was first.
   */
  saveLink(link: Link): Promise<Link | null>
  /** Reads an index that is eventually consistent: a link that was just saved may be missing. */
  findByProviderCustomer(provider: ProviderName, mode: Mode, id: ProviderCustomerId): Promise<readonly Link[]>
  /** The record that the provider customer is reserved for, or null. One consistent read. */
  findReservation(place: CustomerPlace): Promise<RecordRef | null>
  /** Reserves the customer if it is still reserved for `instead` (null: for no record); false otherwise. */
  reserveCustomer(place: CustomerPlace, ref: RecordRef, instead: RecordRef | null): Promise<boolean>
}
