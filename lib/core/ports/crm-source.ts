import type { ConcernedRecord, RecordChange, RecordRef, SourceName } from '../model/change.ts'
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
      /**
       * The record's own last-changed time, ISO 8601 UTC. Null where the CRM has none: then the order of the queue decides. It is
       * never made up from other fields, since such a time goes backwards when a field is cleared.
       */
      readonly version: string | null
      /** Records that the CRM says were merged into this one; their links may be taken over. */
      readonly mergedIds: readonly string[]
    }
  | { readonly kind: 'deleted' }
  /** The id asked for now answers as another record. */
  | { readonly kind: 'merged'; readonly intoId: string }
  /** Reading this record failed; the other records of the same call are not touched by it. */
  | { readonly kind: 'failed'; readonly error: Error }

export type ReadChanges = {
  /** The changes that an authentic request announces; none for events that we do not follow. */
  readonly changes: readonly RecordChange[]
  /** Events that are not followed. */
  readonly ignored: number
  /** Paths of fields that our own format does not define: names, never values. */
  readonly unknownFields: readonly string[]
  /** Set where the CRM says that it left changes out: a resync finds those since this time (ISO 8601), null when it is not known. */
  readonly missed?: { readonly since: string | null }
}

/** The answer to a webhook. */
export type WebhookAnswer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The answer of a door whose CRM needs no other. */
export const accepted: WebhookAnswer = { status: 202, body: '', headers: {} }

/** How a CRM's webhooks are received. */
export interface WebhookDoor {
  /** The media types that this CRM posts; anything else is answered 415. */
  readonly mediaTypes: readonly string[]
  /** The answer that the CRM needs once its changes are safe, such as 202, or 200 with a SOAP acknowledgement. */
  readonly success: WebhookAnswer
  /**
   * The answer to an authentic body that is not this CRM's format: 400, or 200 where the CRM bans or deletes a webhook that
   * answers 4xx, so that one bad body does not cost the good ones after it.
   */
  readonly badFormatStatus: 200 | 400
  /**
   * Answers a request that checks the URL before the first webhook: CloudEvents' handshake by OPTIONS, Intercom's HEAD. Called
   * for any method but POST. Null for a request that is no handshake (405). Throws WebhookRejected (403) when it is refused.
   */
  handshake?(request: WebhookRequest): WebhookAnswer | null
  /** Throws WebhookRejected (401) unless this CRM sent the request, and lately. Checks the raw bytes, in constant time. */
  verify(request: WebhookRequest): void
  /**
   * Throws WebhookRejected: 400 when the body is not this CRM's format, 401 where it says that another account sent it.
   * Asynchronous where a parser is loaded on first use.
   */
  readChanges(request: WebhookRequest): ReadChanges | Promise<ReadChanges>
}

/** One page of the records that changed since a time. */
export type ListedRecords = {
  readonly refs: readonly RecordRef[]
  /** Where the next page begins; null after the last one. */
  readonly cursor: string | null
  /** Nothing that changed before this time is missing; ISO 8601 UTC. */
  readonly completeUntil: string
}

/** A subscription of the CRM's webhooks that expires, and is renewed on a schedule. */
export interface ChannelKeeper {
  /**
   * Renews every subscription that expires before `until`, and creates what is missing; calls the CRM. Throws as
   * `fetchCustomers` does for the CRM as a whole.
   */
  renew(until: Date): Promise<void>
}

/** A CRM. What it has no counterpart for is absent. */
export interface CrmSource {
  readonly name: SourceName
  /** Absent where the CRM's events arrive by another way only. */
  readonly door?: WebhookDoor
  /**
   * The changes in an event that arrives by EventBridge; events of other accounts are ignored. Throws WebhookRejected: 400 when
   * it is not this CRM's format, 401 when no account is configured.
   */
  readonly readEvent?: (event: unknown) => ReadChanges
  /**
   * Whether its webhooks can contain whole records. The version of a record that was read is then saved even when nothing
   * changed, so that an older record that arrives later is not used.
   */
  readonly sendsSnapshots: boolean
  /**
   * Its webhooks are sent before their change is committed: a read that follows may return the state before it, or nothing, and
   * some changes are never committed. Such a record is read for longer, and once more where its time does not prove that the
   * change is in it. Absent where webhooks follow the commit.
   */
  readonly sendsBeforeCommit?: true
  /**
   * The records as the CRM has them now: one answer per reference, in the same order, in as few calls as the CRM allows. A failure
   * of one record is its answer; throws Misconfigured or RetryLater when the CRM as a whole fails. Absent where only snapshots are.
   */
  readonly fetchCustomers?: (refs: readonly RecordRef[]) => Promise<readonly FetchedCustomer[]>
  /** How many records of one account and type are read in one call, at most a hundred. Default: ten. */
  readonly readsTogether?: number
  /**
   * The records that a change of a related record concerns (kind `related`): the contacts of a company, or a record that its
   * event names by another id. Throws as `fetchCustomers` does for the CRM as a whole.
   */
  readonly expand?: (related: RecordRef) => Promise<readonly ConcernedRecord[]>
  /**
   * The records of all accounts of our tokens that changed since a time (ISO 8601), page by page: `cursor` is that of the page
   * before, null for the first. A record may be listed twice; deleted ones are listed only with `listsDeleted`. Absent where
   * the CRM cannot tell. Throws as `fetchCustomers` does for the CRM as a whole, and Rejected for a cursor that the CRM no
   * longer accepts.
   */
  readonly listChanged?: (since: string, cursor: string | null) => Promise<ListedRecords>
  /** `listChanged` also lists records that were deleted or merged since. Without it, deletions are found by comparing ids. */
  readonly listsDeleted?: true
  /** Absent where the CRM has none, and where its API cannot be called. */
  readonly channels?: ChannelKeeper
  /**
   * Whether records of this account may be processed: false when the CRM says that our token belongs to another account,
   * where the same ids are other customers; true also when that is not known. The core asks it before anything of an account
   * is processed, and `fetchCustomers` relies on that. Calls the CRM at most once. Throws as `fetchCustomers` does for the CRM
   * as a whole.
   */
  ownsAccount(account: string): Promise<boolean>
}
