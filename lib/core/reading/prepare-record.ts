import { type CombinedChange, combineChanges, type RecordGroup } from '../messages/combine-changes.ts'
import type { QueuedChange } from '../messages/queued-change.ts'
import { openSnapshot } from '../messages/sealed-snapshot.ts'
import { withBelievableTimes } from '../model/believable-times.ts'
import { type CustomerChange, type RecordRef, refOf, type Snapshot } from '../model/change.ts'
import { compareTimes } from '../model/crm-time.ts'
import { type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { needsFetch } from './freshness.ts'

/** An opened snapshot with its sealed text. */
type SealedSnapshot = Snapshot & { readonly sealed: string }

/** What is known of a record before its sync begins. */
export type PreparedRecord = {
  readonly ref: RecordRef
  readonly change: CombinedChange<SealedSnapshot>
  readonly book: RecordBook
  /** Whether the record can be read from the CRM. */
  readonly canFetch: boolean
  /** As the source says. */
  readonly sendsSnapshots: boolean
  /** As the source says, unless all changes are of records that it listed: those are committed. */
  readonly sendsBeforeCommit: boolean
  /** The record will be read from the CRM before anything else is done. */
  readonly readsFirst: boolean
  /** When the newest webhook among the messages was received; ISO 8601. */
  readonly receivedAt: string
  /** When an earlier try may have begun, and may have got far; ISO 8601, null for a first try. */
  readonly retriedSince: string | null
}

/** Combines the messages and reads the record's links; one read of the table. */
export async function prepareRecord(
  messages: RecordGroup<QueuedChange>,
  deps: SyncDeps,
): Promise<PreparedRecord> {
  const ref = refOf(messages[0].change)
  const { fetchCustomers, sendsSnapshots, sendsBeforeCommit = false } = await deps.source(ref.source)
  const canFetch = fetchCustomers !== undefined
  const change = combineChanges(await openAll(messages, canFetch, deps))
  const book = toBook(await deps.links.findLinks(ref))
  return {
    ref,
    change,
    book,
    canFetch,
    sendsSnapshots,
    sendsBeforeCommit: sendsBeforeCommit && messages.some(({ change: { listed } }) => !listed),
    readsFirst: canFetch && needsFetch(change, book, true),
    receivedAt: lastReceivedAt(messages),
    retriedSince: retriedSince(messages),
  }
}

/** When the first of the messages that were received before was first received; null when none was. */
function retriedSince(messages: readonly QueuedChange[]): string | null {
  return messages
    .filter(({ receives }) => receives > 1)
    .map(({ firstReceivedAt, change }) => firstReceivedAt ?? change.receivedAt)
    .reduce<string | null>((first, time) => (first && compareTimes(time, first) >= 0 ? first : time), null)
}

export function lastReceivedAt(messages: RecordGroup<QueuedChange>): string {
  const times = messages.map(({ change }) => change.receivedAt)
  return times.reduce((latest, time) => (compareTimes(time, latest) > 0 ? time : latest))
}

type OpenedChange = Omit<CustomerChange, 'sealedSnapshot'> & { readonly snapshot?: SealedSnapshot }

/**
 * The changes with their snapshots opened. A snapshot that cannot be opened is ignored where the record can be read from the
 * CRM or a newer snapshot was opened; otherwise this throws like `openSnapshot`.
 */
async function openAll(
  messages: RecordGroup<QueuedChange>,
  canFetch: boolean,
  deps: SyncDeps,
): Promise<RecordGroup<OpenedChange>> {
  const [first, ...rest] = await Promise.all(messages.map((message) => opened(message, deps)))
  if (!first) throw new TypeError('a record was prepared without a message')
  const all = [first, ...rest] as const
  const newest = all
    .map(({ change }) => change.snapshot?.version)
    .reduce((a, b) => (compareTimes(b, a) > 0 ? b : a))
  const lost = all.find(({ change, error }) => error && compareTimes(change.occurredAt, newest) >= 0)
  if (lost && !canFetch) throw lost.error
  return [first.change, ...rest.map(({ change }) => change)]
}

async function opened(
  { change: { sealedSnapshot: sealed, ...change } }: QueuedChange,
  { sealer }: SyncDeps,
): Promise<{ readonly change: OpenedChange; readonly error?: unknown }> {
  if (sealed === undefined) return { change: withBelievableTimes(change, change.receivedAt) }
  try {
    const snapshot = { ...(await openSnapshot(sealed, sealer)), sealed }
    return { change: withBelievableTimes({ ...change, snapshot }, change.receivedAt) }
  } catch (error) {
    return { change: withBelievableTimes(change, change.receivedAt), error }
  }
}
