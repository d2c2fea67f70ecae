import type { CustomerChange, ListedPage } from '../model/change.ts'
import type { ParkedFailure } from '../model/link.ts'

export interface ChangeQueue {
  /** Resolves only when every change is stored in the queue; throws RetryLater otherwise. */
  send(changes: readonly CustomerChange[]): Promise<void>
}

export interface ListedQueue {
  /** Resolves only when every page is stored in the queue; throws RetryLater otherwise. The same page within five minutes is stored once. */
  send(pages: readonly ListedPage[]): Promise<void>
}

/** A message of the queue of changes, unparsed. `group` is its message group. */
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
   * Stores the change and the reason: a retryable failure in the queue that is retried automatically, any other in the queue
   * for manual handling. Resolves only when it is stored.
   */
  park(change: CustomerChange, failure: ParkedFailure): Promise<void>
  /** Stores an unreadable message in the queue for manual handling. SQS's `messageId` becomes the dead letter's id. */
  parkRaw(raw: RawMessage & { readonly messageId: string }, failure: ParkedFailure): Promise<void>
}
