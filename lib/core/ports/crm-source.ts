import type { RecordChange, RecordRef, SourceName } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'

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
