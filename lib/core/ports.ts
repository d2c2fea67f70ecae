import type { CustomerChange, RecordChange, RecordRef, SourceName } from './change.ts'
import type { Customer } from './customer.ts'
import type { Link, ParkedFailure } from './link.ts'

/**
 * The architecture on a page: what the core needs of the world. Adapters fill these, `wiring.ts` joins them,
 * contract suites in test/contracts hold real adapters and fakes to the same promises.
 */

/** An HTTP request as the CRM sent it. Header names are lower-case; a repeated header is joined by `, `. */
export type WebhookRequest = {
  readonly method: string
  readonly path: string
  /** As sent, without `?`; empty when there is none. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The raw bytes; signatures are checked against these. */
  readonly body: Uint8Array
  readonly receivedAt: Date
}

/** What the CRM says the record is now. */
export type FetchedCustomer =
  | {
      readonly kind: 'found'
      readonly customer: Customer
      /** The record's own last-changed time, ISO 8601 UTC. */
      readonly version: string
      /** Records that the CRM says were merged into this one; their links may be taken over. */
      readonly mergedIds: readonly string[]
    }
  | { readonly kind: 'deleted' }
  /** The id asked for now answers as another record. */
  | { readonly kind: 'merged'; readonly intoId: string }
  /** Reading this record failed; the other records of the same call are not touched by it. */
  | { readonly kind: 'failed'; readonly error: Error }

export interface CrmSource {
  readonly name: SourceName
  /** The media types this CRM posts; anything else is answered 415. */
  readonly mediaTypes: readonly string[]
  /** What the CRM wants to hear once its changes are safe (contract.md's default is 202). */
  readonly success: { readonly status: number; readonly body?: string }
  /**
   * The answer to an authentic body that is not this CRM's format: 400, or 200 where the CRM bans or deletes a
   * webhook that answers 4xx, so that one bad body does not cost the good ones after it.
   */
  readonly badFormatStatus: 200 | 400
  /** Whether records can be read back. Where not, only snapshots carry the customer. */
  readonly canFetch: boolean
  /**
   * Whether its webhooks may bring whole records along. The time of what a read has shown is then remembered even when nothing
   * changed, or an older record that comes late would be believed.
   */
  readonly sendsSnapshots: boolean
  /**
   * Throws WebhookRejected (401) unless this CRM really sent the request, and lately. Works on the raw bytes, in constant time.
   */
  verify(request: WebhookRequest): void
  /**
   * The changes an authentic request tells of; none for events we do not follow. `ignored` counts those.
   * `eventId`s hold what `RecordChange` says of them, as the queue drops what it has seen within five minutes. `unknownFields`
   * are the paths of fields that our own format does not define: names, never values.
   * Throws WebhookRejected (400) when the body is not this CRM's format.
   */
  readChanges(request: WebhookRequest): {
    readonly changes: readonly RecordChange[]
    readonly ignored: number
    readonly unknownFields: readonly string[]
  }
  /**
   * The records as the CRM has them now, one answer per reference in the same order, in as few calls as the
   * CRM allows. Never throws for one record's sake; throws Misconfigured or RetryLater when the CRM as a whole fails.
   */
  fetchCustomers(refs: readonly RecordRef[]): Promise<readonly FetchedCustomer[]>
  /**
   * Whether records of this account may be processed: false when the CRM says that our token belongs to another account,
   * where the same ids are other customers; true also when that is not known. The core asks it before anything of an account
   * is worked on, and `fetchCustomers` relies on that. Calls the CRM at most once. Throws what `fetchCustomers` throws for
   * the CRM as a whole.
   */
  ownsAccount(account: string): Promise<boolean>
}

/** Customer data is sealed wherever it is stored: in the queues, the table and the dead letters. */
export interface Sealer {
  /** A JSON value as one line of ASCII. Throws Misconfigured when there is no key to seal with. */
  seal(value: unknown): Promise<string>
  /**
   * Throws RetryLater (`SEALING_KEY_MISSING`) when the key it was sealed with is not known (any more), and Rejected
   * (`SEALED_DATA_DAMAGED`) for anything that was not sealed by us.
   */
  open(sealed: string): Promise<unknown>
}

export const providerNames = ['notchpay', 'wooshpay'] as const
export type ProviderName = (typeof providerNames)[number]
export const modes = ['live', 'test'] as const
export type Mode = (typeof modes)[number]

declare const providerCustomerId: unique symbol
/** The provider's own id of a customer. Opaque; never validated by a pattern, never blank. */
export type ProviderCustomerId = string & {
  readonly [providerCustomerId]: never
}

/** The body for the provider's customer calls, exactly as it goes over the wire. */
export type Payload = Readonly<Record<string, unknown>>

/** The customer fields that `policies.clear` may name: an empty CRM field then empties the provider's. */
export const clearableFields = [
  'name',
  'companyName',
  'description',
  'address',
  'billing',
  'shipping',
  'metadata',
] as const
export type ClearableField = (typeof clearableFields)[number]

export type ProviderAbilities = {
  /** The provider can be searched, so that a create whose answer was lost can be found again. */
  readonly search: boolean
  readonly delete: boolean
  readonly block: boolean
  /**
   * How long the same `Idempotency-Key` with the same body answers with the same customer; null when the provider
   * knows no such key. Where it does, the create body depends on the claim alone and the data follows as an update.
   */
  readonly idempotencyHours: number | null
}

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

/** One customer at a provider. */
export type CustomerPlace = {
  readonly provider: ProviderName
  readonly mode: Mode
  readonly id: ProviderCustomerId
}

export interface ChangeQueue {
  /** Resolves only when every change is safely on the queue; throws RetryLater otherwise. */
  send(changes: readonly CustomerChange[]): Promise<void>
}

/** A message of the queue of changes; `group` is its message group. */
export type RawMessage = { readonly body: string; readonly group: string }

/** The queue of changes, for redriving dead letters. */
export interface RedriveQueue extends ChangeQueue {
  /**
   * Sends messages unchanged and under the same group. A `key` that is sent twice within five minutes is stored once.
   * Resolves only when every message is stored; throws RetryLater otherwise.
   */
  sendRaw(messages: readonly (RawMessage & { readonly key: string })[]): Promise<void>
}

export interface DeadLetterQueue {
  /**
   * Stores the pointer and the reason: a retryable failure in the queue that is retried automatically, any other in the
   * queue of those that need a person. Resolves only when it is stored.
   */
  park(change: CustomerChange, failure: ParkedFailure): Promise<void>
  /** Stores a message that cannot be read in the queue of those that need a person. `messageId` is SQS's; it becomes the id. */
  parkRaw(raw: RawMessage & { readonly messageId: string }, failure: ParkedFailure): Promise<void>
}

/** One line a step. Fields are ids, codes and counts: never a name, e-mail, phone, address or secret. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Counts for the operator's dashboard and alarms. */
export type MetricName =
  | 'ChangesReceived'
  | 'EventsIgnored'
  | 'WebhooksAccepted'
  | 'FieldsUnknown'
  | 'WebhooksRefused'
  | 'WebhooksUnreadable'
  | 'CustomersCreated'
  | 'CustomersAdopted'
  | 'CustomersUpdated'
  | 'CustomersUnchanged'
  | 'ChangesSuperseded'
  | 'CustomersClosed'
  | 'CustomersErased'
  | 'CustomersNotRouted'
  /** Fields that are filled in the CRM and cannot be read, such as a phone number. */
  | 'FieldsUnreadable'
  | 'ChangesFailed'
  | 'ChangesDeadLettered'
  /** Each time a message is received whose body this release cannot read. */
  | 'MessagesUnreadable'
  /** Each time a waiting change meets a paused provider. */
  | 'ChangesHeldByPause'
  | 'ProviderPaused'
  | 'ProviderProbed'
  | 'ProviderResumed'
/** `ChangeLatency`: from the webhook's receipt to the provider's answer. */
export type DurationName = 'ChangeLatency'
export interface Metrics {
  count(name: MetricName, value?: number): void
  measure(name: DurationName, millis: number): void
}

export type Clock = { now(): Date }
