import type { RecordRef } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import type {
  ClearableField,
  Mode,
  ProviderAbilities,
  ProviderCustomerId,
  ProviderName,
} from '../model/provider.ts'

/** The body for the provider's customer calls, exactly as it goes over the wire. */
export type Payload = Readonly<Record<string, unknown>>

/** Who the provider customer belongs to; it travels in `metadata` and is how an orphan is recognised. */
export type Claim = {
  readonly ref: RecordRef
  readonly idempotencyKey: string
}

export type FoundCustomer = {
  readonly id: ProviderCustomerId
  /** What its metadata says: made for this record, for another one, or nothing we wrote. */
  readonly owner: 'this-record' | 'another-record' | 'unknown'
}

export interface PaymentProvider {
  readonly name: ProviderName
  readonly mode: Mode
  readonly abilities: ProviderAbilities
  /**
   * Pure. The update body; it always satisfies the provider's schema and mapping twice gives the same.
   * Throws Rejected, naming the field, when the provider could never accept this customer.
   */
  toPayload(customer: Customer, ref: RecordRef, clear: ReadonlySet<ClearableField>): Payload
  /** Exact matches of e-mail, phone or metadata. Never called where `abilities.search` is false. An error is never "none". */
  findCustomers(customer: Customer, ref: RecordRef): Promise<readonly FoundCustomer[]>
  /**
   * Creates one customer. `complete` is false when only the claim's identity was written and the payload must follow
   * as an update. Throws RetryLater with `ambiguous` true when the customer may exist although no id was read.
   */
  createCustomer(claim: Claim, payload: Payload): Promise<{ id: ProviderCustomerId; complete: boolean }>
  /** Null when there is no such customer. */
  retrieveCustomer(id: ProviderCustomerId): Promise<Payload | null>
  /** Pure. Whose a customer is that was retrieved, by its metadata. */
  ownerOf(customer: Payload, ref: RecordRef): FoundCustomer['owner']
  /** Sends the whole payload. The answer's id is compared with the id asked for. */
  updateCustomer(id: ProviderCustomerId, payload: Payload): Promise<'updated' | 'not-found'>
  /** Deletes (Notch Pay) or overwrites (WooshPay) the personal data. Doing it twice is the same as once. */
  eraseCustomer(id: ProviderCustomerId, ref: RecordRef): Promise<void>
  /** What `policies.onDelete` asks for; only where `abilities` says so. */
  blockCustomer(id: ProviderCustomerId): Promise<void>
  unblockCustomer(id: ProviderCustomerId): Promise<void>
}
