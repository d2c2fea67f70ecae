import { type CustomerChange, type RecordRef, recordKey, refOf, type Snapshot } from './change.ts'
import { type CombinedChange, combineChanges } from './combine-changes.ts'
import { laterTime } from './crm-time.ts'
import { Misconfigured, RetryLater, SyncError } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import type { Failure, Outcome, ParkedFailure } from './link.ts'
import type { CrmSource, FetchedCustomer, LogFields, MetricName } from './ports.ts'
import { type Postponed, type QueuedChange, type QueueRecord, readQueue } from './queued-change.ts'
import { lineOf, type RecordBook, toBook } from './record-book.ts'
import { isRetryable, retryWait, toFailure } from './retry.ts'
import type { SyncDeps } from './sync-deps.ts'
import { LinkFailed } from './sync-link.ts'
import { needsFetch, type ProviderOutcome, syncRecord } from './sync-record.ts'
import { withinTime } from './within-time.ts'

/** Working on one record takes at most a read of the CRM and two calls at a provider, ten seconds each. */
const millisNeeded = 35_000

type Messages = readonly [QueuedChange, ...QueuedChange[]]
type SealedSnapshot = Snapshot & { readonly sealed: string }

/** One record's messages made ready; or why they could not be. */
type Prepared = { readonly messages: Messages; readonly ref: RecordRef } & (
  | {
      readonly change: CombinedChange<SealedSnapshot>
      readonly book: RecordBook
      readonly canFetch: boolean
      readonly fetchFirst: boolean
    }
  | { readonly error: unknown }
)

/**
 * Works on a batch from the queue: the messages of one record become one piece of work, records go side by side, and
 * those that must be read from the same CRM account are read together. Returns the messages to be tried again; all
 * others are done with, or lie on the dead-letter queue. Never throws for a customer's sake.
 */
export async function syncBatch(
  records: readonly QueueRecord[],
  remainingMillis: () => number,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const { messages, unreadable } = readQueue(records, deps.log)
  const leftAlone = unreadable.map((messageId) => ({
    messageId,
    afterSeconds: deps.retry.maxSeconds,
  }))
  if (remainingMillis() < millisNeeded) {
    return [...leftAlone, ...messages.map(({ messageId }) => ({ messageId, afterSeconds: 0 }))]
  }
  const timed = withinTime(deps, remainingMillis)
  const prepared = await Promise.all(groupMessages(messages).map((group) => prepare(group, timed)))
  const reads = readTogether(prepared, timed)
  const results = await Promise.all(
    prepared.map((group) => finish(group, (ref) => fetchOne(ref, reads.get(accountKey(ref)), timed), timed)),
  )
  return [...leftAlone, ...results.flat()]
}

function groupMessages(messages: readonly QueuedChange[]): Messages[] {
  const byRecord = Map.groupBy(messages, ({ change }) => recordKey(change))
  return [...byRecord.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest]] : []))
}

function accountKey({ source, account }: RecordRef): string {
  return `${source}/${account}`
}

type Answers = ReadonlyMap<string, FetchedCustomer>

function readTogether(groups: readonly Prepared[], deps: SyncDeps): ReadonlyMap<string, Promise<Answers>> {
  const refs = groups.flatMap((group) => ('book' in group && group.fetchFirst ? [group.ref] : []))
  const byAccount = Map.groupBy(refs, accountKey)
  return new Map([...byAccount].map(([account, members]) => [account, fetchTogether(members, deps)]))
}

async function prepare(messages: Messages, deps: SyncDeps): Promise<Prepared> {
  const ref = refOf(messages[0].change)
  try {
    const source = await deps.source(ref.source)
    const [first, ...rest] = messages
    const change = combineChanges<SealedSnapshot>([
      opened(first, source),
      ...rest.map((message) => opened(message, source)),
    ])
    const book = toBook(await deps.links.findLinks(ref))
    const { canFetch } = source
    return {
      messages,
      ref,
      change,
      book,
      canFetch,
      fetchFirst: canFetch && needsFetch({ change, book }, true),
    }
  } catch (error) {
    return { messages, ref, error }
  }
}

function opened({ change: { sealedSnapshot: sealed, ...change } }: QueuedChange, source: CrmSource) {
  const snapshot = sealed === undefined ? null : source.openSnapshot(sealed)
  return {
    ...change,
    ...(sealed &&
      snapshot && {
        snapshot: { ...believable(snapshot, change.receivedAt), sealed },
      }),
  }
}

/** A record dated into the future would shut out every later one: such a time is taken as that of its arrival. */
function believable(snapshot: Snapshot, receivedAt: string): Snapshot {
  const latest = Date.parse(receivedAt) + 24 * 3_600_000
  return Date.parse(snapshot.version) > latest ? { ...snapshot, version: receivedAt } : snapshot
}

async function finish(
  group: Prepared,
  fetch: (ref: RecordRef) => Promise<FetchedCustomer>,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  try {
    if ('error' in group) throw group.error
    const { ref, change, book } = group
    const isRetry = group.messages.some(({ receives }) => receives > 1)
    const outcomes = await syncRecord({ change, book, isRetry, fetch: () => fetch(ref) }, deps)
    for (const outcome of outcomes) report(ref, outcome, deps)
    await forgetFailure(book, deps)
    return []
  } catch (error) {
    return giveUpOrPostpone(group, error, deps)
  }
}

function lastReceivedAt(messages: Messages): string {
  return messages.map(({ change }) => change.receivedAt).reduce(laterTime)
}

/** One read per CRM account and batch; when it fails as a whole, it fails for each of its records. */
async function fetchTogether(refs: readonly RecordRef[], deps: SyncDeps): Promise<Answers> {
  const [first] = refs
  if (!first) return new Map()
  try {
    const source = await deps.source(first.source)
    const fetched = await source.fetchCustomers(refs)
    return new Map(refs.flatMap((ref, index) => (fetched[index] ? [[recordKey(ref), fetched[index]]] : [])))
  } catch (cause) {
    const error = cause instanceof Error ? cause : new TypeError('the CRM adapter threw something unusual')
    return new Map(refs.map((ref) => [recordKey(ref), { kind: 'failed', error }]))
  }
}

async function fetchOne(
  ref: RecordRef,
  together: Promise<Answers> | undefined,
  deps: SyncDeps,
): Promise<FetchedCustomer> {
  const fetched =
    (await together)?.get(recordKey(ref)) ?? (await fetchTogether([ref], deps)).get(recordKey(ref))
  if (!fetched) throw new RetryLater('CRM_NO_ANSWER', 'the CRM gave no answer for this record')
  return fetched
}

/** A dead letter lies safely on its queue before its messages are given up. */
async function giveUpOrPostpone(
  group: Prepared,
  thrown: unknown,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const { messages, ref } = group
  const error = thrown instanceof LinkFailed ? thrown.cause : thrown
  const failure =
    thrown instanceof LinkFailed
      ? thrown.failure
      : { ...(await countFailure(ref, error, deps)), provider: null }
  const exhausted = failure.attempts >= deps.retry.attempts && !(error instanceof Misconfigured)
  deps.metrics.count('ChangesFailed')
  if ((!isRetryable(error) || exhausted) && (await park(group, failure, deps))) return []
  const receives = Math.max(...messages.map((message) => message.receives))
  const held = thrown instanceof LinkFailed ? secondsUntil(thrown.heldUntil, deps) : 0
  const afterSeconds = Math.max(held, retryWait(error, receives, deps.retry, deps.random))
  deps.log.warn('change will be tried again', {
    ...ref,
    ...failureFields(failure),
    afterSeconds,
    ...unforeseen(error),
  })
  return messages.map(({ messageId }) => ({ messageId, afterSeconds }))
}

function secondsUntil(time: string | null, { clock }: SyncDeps): number {
  return time === null ? 0 : Math.ceil((Date.parse(time) - clock.now().getTime()) / 1000)
}

/** Failures before any provider was reached are counted in the record's own line. */
async function countFailure(ref: RecordRef, error: unknown, deps: SyncDeps): Promise<Failure> {
  const now = deps.clock.now()
  const counts = isRetryable(error) && !(error instanceof RetryLater && !error.counts)
  if (!counts || error instanceof Misconfigured) return toFailure(error, null, now, deps.retry.attempts)
  try {
    const line = lineOf(toBook(await deps.links.findLinks(ref)), ref)
    const failure = toFailure(error, line.failure, now, deps.retry.attempts)
    await deps.links.saveLink({ ...line, lastOutcome: 'failed', failure })
    return failure
  } catch (cause) {
    deps.log.warn('the failure could not be counted, the table did not answer', unforeseen(cause))
    return toFailure(error, null, now, deps.retry.attempts)
  }
}

/** Tries are counted per trouble, not for ever. */
async function forgetFailure({ line }: RecordBook, { links }: SyncDeps): Promise<void> {
  if (line?.failure) await links.saveLink({ ...line, lastOutcome: null, failure: null })
}

async function park(group: Prepared, failure: ParkedFailure, deps: SyncDeps): Promise<boolean> {
  try {
    for (const change of pointersOf(group)) await deps.deadLetters.park(change, failure)
    deps.metrics.count('ChangesDeadLettered')
    deps.log.error('change dead-lettered', {
      ...group.ref,
      ...failureFields(failure),
    })
    return true
  } catch (error) {
    deps.log.error('the dead-letter queue did not answer; the change stays on its queue', unforeseen(error))
    return false
  }
}

/** One dead letter per record; the sealed snapshot stays only where the CRM cannot be asked again. */
function pointersOf(group: Prepared): readonly CustomerChange[] {
  if ('error' in group) return group.messages.map(({ change }) => change)
  const { change, ref, messages, canFetch } = group
  const { eventIds, kind, occurredAt, mergedIds, snapshot } = change
  // One that has been through this before must not lose count because a new change stands before it.
  const round = Math.max(...messages.map((message) => message.change.round ?? 0))
  return [
    {
      ...ref,
      v: 1,
      kind,
      eventId: eventIds.length === 1 ? String(eventIds[0]) : fingerprint(eventIds),
      receivedAt: lastReceivedAt(messages),
      ...(occurredAt !== undefined && { occurredAt }),
      ...(mergedIds.length > 0 && { mergedIds: [...mergedIds] }),
      ...(round > 0 && { round }),
      ...(snapshot && !canFetch && { sealedSnapshot: snapshot.sealed }),
    },
  ]
}

const reports: Record<Outcome, { readonly message: string; readonly metric: MetricName }> = {
  created: { message: 'customer created', metric: 'CustomersCreated' },
  adopted: { message: 'customer adopted', metric: 'CustomersAdopted' },
  updated: { message: 'customer updated', metric: 'CustomersUpdated' },
  unchanged: { message: 'customer unchanged', metric: 'CustomersUnchanged' },
  superseded: {
    message: 'change superseded by a newer state',
    metric: 'ChangesSuperseded',
  },
  closed: { message: 'link closed', metric: 'CustomersClosed' },
  erased: { message: 'customer erased', metric: 'CustomersErased' },
  failed: { message: 'change failed', metric: 'ChangesFailed' },
}

function report(ref: RecordRef, { provider, outcome }: ProviderOutcome, { log, metrics }: SyncDeps): void {
  const { message, metric } = reports[outcome]
  metrics.count(metric)
  log.info(message, { ...ref, provider })
}

function failureFields({ provider, code, reason, field, attempts }: ParkedFailure): LogFields {
  return { provider, code, reason, field, attempts }
}

/** The message of an unforeseen error may quote data; its class and the place it came from do not. */
function unforeseen(error: unknown): LogFields {
  if (error instanceof SyncError || !(error instanceof Error)) return {}
  return {
    errorName: error.name,
    errorAt: error.stack?.match(/^\s+at .*$/m)?.[0].trim(),
  }
}
