import { type CombinedChange, combineChanges, type RecordGroup } from '../messages/combine-changes.ts'
import type { QueuedChange } from '../messages/queued-change.ts'
import { openSnapshot } from '../messages/sealed-snapshot.ts'
import { withBelievableTimes } from '../model/believable-times.ts'
import { type CustomerChange, type RecordRef, refOf, type Snapshot } from '../model/change.ts'
import { compareTimes } from '../model/crm-time.ts'
import { type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { needsFetch } from './freshness.ts'

/** A snapshot, and the text that it was sealed as. */
type SealedSnapshot = Snapshot & { readonly sealed: string }

/** One record's messages made ready to be worked on. */
export type PreparedRecord = {
  readonly ref: RecordRef
  readonly change: CombinedChange<SealedSnapshot>
  readonly book: RecordBook
  readonly canFetch: boolean
  /** It will be read from the CRM before anything else is done. */
  readonly readsFirst: boolean
  /** When the newest of the messages was received. */
  readonly receivedAt: string
}

/** What the messages say, in one piece, and what the table says; one read of the table. */
export async function prepareRecord(
  messages: RecordGroup<QueuedChange>,
  deps: SyncDeps,
): Promise<PreparedRecord> {
  const ref = refOf(messages[0].change)
  const { canFetch } = await deps.source(ref.source)
  const change = combineChanges(await openAll(messages, canFetch, deps))
  const book = toBook(await deps.links.findLinks(ref))
  return {
    ref,
    change,
    book,
    canFetch,
    readsFirst: canFetch && needsFetch(change, book, true),
    receivedAt: lastReceivedAt(messages),
  }
}

export function lastReceivedAt(messages: RecordGroup<QueuedChange>): string {
  const times = messages.map(({ change }) => change.receivedAt)
  return times.reduce((latest, time) => (compareTimes(time, latest) > 0 ? time : latest))
}

type OpenedChange = Omit<CustomerChange, 'sealedSnapshot'> & { readonly snapshot?: SealedSnapshot }

/**
 * The changes with their snapshots opened. One that cannot be opened does no harm where the CRM can be asked, or where a
 * newer one was opened; otherwise throws like `openSnapshot`.
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
