import type { RecordRef } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import type {
  ClearableField,
  Mode,
  ProviderAbilities,
  ProviderCustomerId,
  ProviderName,
} from '../model/provider.ts'

/** The request body of the provider's customer calls. */
export type Payload = Readonly<Record<string, unknown>>

/** Which record a provider customer is created for. It is written into the customer's `metadata`. */
export type Claim = {
  readonly ref: RecordRef
  readonly idempotencyKey: string
}

export type FoundCustomer = {
  readonly id: ProviderCustomerId
  /** According to its metadata: created for this record, for another one, or not by us. */
  readonly owner: 'this-record' | 'another-record' | 'unknown'
}

export interface PaymentProvider {
  readonly name: ProviderName
  readonly mode: Mode
  readonly abilities: ProviderAbilities
  /**
   * Pure. The update body, which always satisfies the provider's schema. Throws Rejected, with the field, when the provider
   * would never accept this customer.
   */
  toPayload(customer: Customer, ref: RecordRef, clear: ReadonlySet<ClearableField>): Payload
  /** Exact matches of e-mail, phone or metadata. Never called where `abilities.search` is false. Throws rather than returning an incomplete result. */
  findCustomers(customer: Customer, ref: RecordRef): Promise<readonly FoundCustomer[]>
  /**
   * Creates one customer. `complete` is false when only the claim was written and the payload must follow as an update.
   * Throws RetryLater with `ambiguous` true when the customer may have been created although no id was returned.
   */
  createCustomer(claim: Claim, payload: Payload): Promise<{ id: ProviderCustomerId; complete: boolean }>
  /** Null when there is no such customer. */
  retrieveCustomer(id: ProviderCustomerId): Promise<Payload | null>
  /** Pure. The owner of a retrieved customer, according to its metadata. */
  ownerOf(customer: Payload, ref: RecordRef): FoundCustomer['owner']
  /** Sends the whole payload, and checks that the response has the requested id. */
  updateCustomer(id: ProviderCustomerId, payload: Payload): Promise<'updated' | 'not-found'>
  /**
   * Deletes or overwrites the personal data. Idempotent. `requested` when the provider has only accepted the request, and erases
   * the data later.
   */
  eraseCustomer(id: ProviderCustomerId, ref: RecordRef): Promise<'done' | 'requested'>
  /** For `policies.onDelete: 'block'`. Called only where `abilities.block` is true. */
  blockCustomer(id: ProviderCustomerId): Promise<void>
  unblockCustomer(id: ProviderCustomerId): Promise<void>
}

type Call<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>
export type Wrap = <Args extends readonly unknown[], Result>(call: Call<Args, Result>) => Call<Args, Result>

/** The same provider, with each of its network calls wrapped. */
export function wrapCalls(provider: PaymentProvider, wrap: Wrap): PaymentProvider {
  return {
    ...provider,
    findCustomers: wrap(provider.findCustomers),
    createCustomer: wrap(provider.createCustomer),
    retrieveCustomer: wrap(provider.retrieveCustomer),
    updateCustomer: wrap(provider.updateCustomer),
    eraseCustomer: wrap(provider.eraseCustomer),
    blockCustomer: wrap(provider.blockCustomer),
    unblockCustomer: wrap(provider.unblockCustomer),
  }
}
