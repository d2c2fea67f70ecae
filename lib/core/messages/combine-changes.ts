import { type ChangeKind, type RecordRef, recordKey } from '../model/change.ts'
import { compareTimes, laterTime } from '../model/crm-time.ts'

type Combinable<S> = RecordRef & {
  readonly kind: ChangeKind
  readonly eventId: string
  readonly occurredAt?: string | undefined
  readonly mergedIds?: readonly string[] | undefined
  readonly saidDeleted?: boolean | undefined
  readonly snapshot?: S | undefined
}

/** Several changes of one record as one. `mergedIds` are kept, whatever the kind. */
export type CombinedChange<S> = RecordRef & {
  readonly kind: ChangeKind
  readonly eventIds: readonly string[]
  readonly occurredAt: string | undefined
  readonly mergedIds: readonly string[]
  /** The CRM sent a deletion event and no later restoration, whatever else it sent later. */
  readonly saidDeleted: boolean
  readonly snapshot: S | undefined
  /** False when the last event came without a snapshot: the CRM's state may be newer than the snapshot. */
  readonly isWhole: boolean
}

/** At least one of a record's items. */
export type RecordGroup<T> = readonly [T, ...T[]]

/** One group per record, in order of first appearance. */
export function groupByRecord<T>(items: readonly T[], refOf: (item: T) => RecordRef): RecordGroup<T>[] {
  const groups = Map.groupBy(items, (item) => recordKey(refOf(item)))
  return [...groups.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest]] : []))
}

/**
 * Combines the changes of one record. An erasure wins; otherwise the latest by CRM time (the later arrival when times are equal
 * or missing), except that a change after a merge is still a merge. A snapshot from before a deletion is dropped.
 */
export function combineChanges<S extends { readonly version: string }>(
  changes: RecordGroup<Combinable<S>>,
): CombinedChange<S> {
  const [first] = changes
  const last = latestOf(changes)
  const snapshots = changes.flatMap(({ snapshot }) => (snapshot ? [snapshot] : []))
  const newest = snapshots.reduce<S | undefined>(
    (best, it) => (best && compareTimes(it.version, best.version) < 0 ? best : it),
    undefined,
  )
  return {
    source: first.source,
    account: first.account,
    recordType: first.recordType,
    recordId: first.recordId,
    kind: kindOf(changes, last),
    eventIds: [...new Set(changes.map(({ eventId }) => eventId))],
    // A deletion has its own time or none: other events do not tell when it happened.
    occurredAt: last.kind === 'deleted' ? last.occurredAt : latestTimeOf(changes),
    mergedIds: [...new Set(changes.flatMap(({ mergedIds }) => mergedIds ?? []))],
    saidDeleted: isDeletedLast(changes),
    snapshot: last.kind === 'deleted' ? undefined : newest,
    isWhole: isWhole(changes, last),
  }
}

function latestTimeOf<S>(changes: readonly Combinable<S>[]): string | undefined {
  return changes.reduce<string | undefined>((time, { occurredAt }) => laterTime(time, occurredAt), undefined)
}

function kindOf<S>(changes: readonly Combinable<S>[], last: Combinable<S>): ChangeKind {
  if (changes.some(({ kind }) => kind === 'erased')) return 'erased'
  return last.kind === 'changed' && changes.some(({ kind }) => kind === 'merged') ? 'merged' : last.kind
}

/**
 * The latest change by CRM time. A plain change without a time never wins over one with a time. Otherwise a change without a
 * time, or with an equal one, is ordered by its arrival.
 */
function latestOf<S>(changes: RecordGroup<Combinable<S>>): Combinable<S> {
  const isTimed = ({ occurredAt }: Combinable<S>) => occurredAt !== undefined
  const relevant = changes.filter((change) => isTimed(change) || change.kind !== 'changed')
  const considered = changes.some(isTimed) ? relevant : changes
  let [latest = changes[0]] = considered
  let time = latest.occurredAt
  for (const change of considered) {
    if (time && change.occurredAt && compareTimes(change.occurredAt, time) < 0) continue
    latest = change
    time = laterTime(time, change.occurredAt)
  }
  return latest
}

function isDeletedLast<S>(changes: readonly Combinable<S>[]): boolean {
  const saysDeleted = ({ kind, saidDeleted }: Combinable<S>) => kind === 'deleted' || saidDeleted === true
  const [first, ...rest] = changes.filter((change) => saysDeleted(change) || change.kind === 'restored')
  return first !== undefined && saysDeleted(latestOf([first, ...rest]))
}

/** Whether every event without a snapshot is older than the last one. */
function isWhole<S>(changes: readonly Combinable<S>[], last: Combinable<S>): boolean {
  return changes.every(
    ({ snapshot, occurredAt }) =>
      snapshot !== undefined ||
      (occurredAt !== undefined &&
        last.occurredAt !== undefined &&
        compareTimes(occurredAt, last.occurredAt) < 0),
  )
}
