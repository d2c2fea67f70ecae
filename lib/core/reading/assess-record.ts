import { believableTime } from '../model/believable-times.ts'
import { compareTimes, laterTime } from '../model/crm-time.ts'
import type { CustomerState } from '../model/customer.ts'
import { isClosed, type RecordBook, reachedVersion } from '../model/record-book.ts'
import type { Clock } from '../ports/observers.ts'
import { changedWhileClosed, isAlreadyReached, wasAliveAfter } from './freshness.ts'
import type { PreparedRecord } from './prepare-record.ts'
import { secondsUntilNextRead, stepsAfterFound, stepsFor } from './read-again.ts'
import type { ReadCustomer } from './read-together.ts'

type Found = Extract<ReadCustomer, { kind: 'found' }>
type TimedFound = Found & { readonly version: string }
type Known = Pick<PreparedRecord, 'change' | 'book' | 'receivedAt' | 'sendsSnapshots' | 'sendsBeforeCommit'>

/** What to do with the CRM's answer. */
export type Assessment =
  | { readonly verdict: 'deleted' }
  | { readonly verdict: 'superseded' }
  /** The CRM announced a record that it does not have: its transaction was rolled back. There is nothing to do. */
  | { readonly verdict: 'never-committed' }
  /** It may be from before the change: nothing is done until the record has been read again. */
  | { readonly verdict: 'read-again'; readonly afterSeconds: number }
  | {
      readonly verdict: 'current'
      readonly state: CustomerState
      readonly mergedIds: readonly string[]
      /** Seconds until the record is read once more, in case this state is an older one; null for never. */
      readonly readAgainAfter: number | null
    }

/** The CRM does not have the record. A replica may not have it yet, or its transaction is not committed yet. */
export function assessMissing(askedAt: Date, known: Known): Assessment {
  const { change, book, receivedAt, sendsBeforeCommit } = known
  // A deletion that is known already is believed at once.
  const isKnown = isClosed(book) && isAlreadyReached(change, book)
  // One that was restored since may not be visible again yet.
  const wasSeen = wasAliveAfter(change.occurredAt, book)
  if (isKnown || (change.kind === 'deleted' && !wasSeen)) return { verdict: 'deleted' }
  const mayNeverExist = sendsBeforeCommit && book.links.length === 0
  const since = wasSeen || sendsBeforeCommit ? lastSync(known) : receivedAt
  const again = readAgain(secondsUntilNextRead(since, askedAt, stepsFor(mayNeverExist)))
  return again ?? { verdict: mayNeverExist && !change.saidDeleted ? 'never-committed' : 'deleted' }
}

/** The CRM has the record: in its current state, or in the state before the change. */
export function assessFound(found: Found, known: Known, clock: Clock): Assessment {
  return found.version === null
    ? assessUntimed(found, known)
    : assessTimed({ ...found, version: found.version }, known, clock)
}

/**
 * The CRM says no time of the record. Changes of a record are processed in the order of the queue, so what is read now is
 * newer than what was read before, unless the record was deleted: a lagging replica may return the state before that.
 */
function assessUntimed(found: Found, known: Known): Assessment {
  const { change, book, receivedAt, sendsBeforeCommit } = known
  const mayBeGone = change.saidDeleted || (isClosed(book) && change.kind !== 'restored')
  const isUncertain = mayBeGone || sendsBeforeCommit
  const afterSeconds = isUncertain
    ? secondsUntilNextRead(receivedAt, found.askedAt, stepsFor(sendsBeforeCommit))
    : null
  const state = { ...contentOf(found), version: null, remembersTime: false }
  return (mayBeGone && readAgain(afterSeconds)) || current(state, found, afterSeconds)
}

function assessTimed(found: TimedFound, known: Known, clock: Clock): Assessment {
  const { change, book, receivedAt, sendsSnapshots, sendsBeforeCommit } = known
  const { kind, occurredAt } = change
  const shownVersion = versionOf(found, known, clock)
  const patient = stepsFor(sendsBeforeCommit)
  const isDeletion = kind === 'deleted' && !wasAliveAfter(occurredAt, book)
  if (isDeletion) {
    // Alive if it changed after the deletion. Otherwise the answer may be from before it, or of a record that was merged;
    // what is still there once no replica lags was restored and kept its time.
    const canCompare = occurredAt !== undefined && shownVersion === found.version
    const isAlive = canCompare && compareTimes(shownVersion, occurredAt) > 0
    const again = readAgain(isAlive ? null : secondsUntilNextRead(receivedAt, found.askedAt, patient))
    if (again) return again
  }
  const isKnown = isAlreadyReached(change, book)
  // A restoration without a time applies whatever was known before.
  const isToldRestored = kind === 'restored' && !(isKnown && !isClosed(book))
  const isRestored = isToldRestored || changedWhileClosed(change, shownVersion, book)
  const restoredAt = isRestored ? (occurredAt ?? reachedVersion(book)) : null
  const version = restoredAt ? laterTime(shownVersion, restoredAt) : shownVersion
  // A record whose time is implausible may be in any state.
  const isImplausible = shownVersion !== found.version
  const steps = isImplausible ? patient : stepsAfterFound(shownVersion, occurredAt, sendsBeforeCommit)
  const mayBeStale = !isDeletion && !isKnown
  const readAgainAfter = mayBeStale ? secondsUntilNextRead(receivedAt, found.askedAt, steps) : null
  if (isClosed(book) && compareTimes(version, reachedVersion(book)) < 0) {
    // The state before its deletion must not create a customer.
    return readAgain(readAgainAfter) ?? { verdict: 'superseded' }
  }
  const state = {
    ...contentOf(found),
    version,
    remembersTime: sendsSnapshots || restoredAt !== null,
  }
  if (!isDeletion && isBehindUnknown(version, book)) {
    const again = readAgain(secondsUntilNextRead(lastSync(known), found.askedAt))
    if (again) return again
    const reached = laterTime<string | null>(version, reachedVersion(book)) ?? version
    return current({ ...state, version: reached }, found, null)
  }
  // An earlier state saved with the time of the restoration would pass for the restored state.
  const again = restoredAt ? readAgain(readAgainAfter) : null
  // Otherwise an older state is sent as it is; the next read corrects it.
  return again ?? current(state, found, readAgainAfter)
}

function contentOf({ customer, customerIds }: Found): Pick<CustomerState, 'customer' | 'customerIds'> {
  return { customer, customerIds }
}

function readAgain(afterSeconds: number | null): Assessment | null {
  return afterSeconds === null ? null : { verdict: 'read-again', afterSeconds }
}

function current(state: CustomerState, { mergedIds }: Found, readAgainAfter: number | null): Assessment {
  return { verdict: 'current', state, mergedIds, readAgainAfter }
}

/** A time far in the future is replaced by the newest CRM time that is known of the record. */
function versionOf({ version }: TimedFound, { change, book }: Known, clock: Clock): string {
  const known = laterTime<string | null>(reachedVersion(book), change.occurredAt ?? null) ?? undefined
  return believableTime(version, clock.now().toISOString(), known)
}

/**
 * The record's time is before the one reached, and what a provider holds is unknown. Either the answer is old and must not
 * be sent, or the record was restored with its old time and must not be treated as superseded.
 */
function isBehindUnknown(version: string, book: RecordBook): boolean {
  if (compareTimes(version, reachedVersion(book)) >= 0) return false
  return book.links.some(
    ({ state, fingerprint }) => (state === 'linked' || state === 'creating') && fingerprint === null,
  )
}

/** Replica lag is counted from here: the webhook, or the last time that the record was found and a provider tried. */
function lastSync({ receivedAt, book }: Known): string {
  return book.links
    .flatMap(({ syncedAt, history }) => [syncedAt, history.at(-1)?.at ?? null])
    .reduce<string>((newest, time) => laterTime<string | null>(newest, time) ?? newest, receivedAt)
}
