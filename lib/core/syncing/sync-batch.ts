import { giveUpOrPostpone, type Work } from '../failures/give-up.ts'
import { comesBack, parkOrPostpone } from '../failures/unreadable-messages.ts'
import { withinTime } from '../failures/within-time.ts'
import { groupByRecord, type RecordGroup } from '../messages/combine-changes.ts'
import {
  type Postponed,
  type QueuedChange,
  type QueueRecord,
  readQueue,
  type UnreadableMessage,
} from '../messages/queued-change.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { type AccountCheck, accountCheck, oneSourceEach } from '../reading/own-accounts.ts'
import { prepareRecord } from '../reading/prepare-record.ts'
import { type RecordReader, readTogether } from '../reading/read-together.ts'
import { forgetFailure, reportOutcomes } from './report-outcomes.ts'
import { syncRecord } from './sync-record.ts'

/** Working on one record takes at most a read of the CRM and two calls at a provider, ten seconds each. */
const millisNeeded = 35_000

/** What the records of a batch share. */
type Desk = {
  readonly reader: RecordReader
  readonly checkAccount: AccountCheck
  /** What became of the unreadable messages: when each comes back, null for those that are parked. */
  readonly parking: ReadonlyMap<UnreadableMessage, Promise<Postponed | null>>
}

/**
 * Works on a batch from the queue: the messages of one record become one piece of work, records go side by side and wait
 * for nobody, and those that must be read from the same CRM account are read together. Returns the messages to be tried
 * again; all others are done with, or lie on the dead-letter queue. Never throws for a customer's sake.
 */
export async function syncBatch(
  records: readonly QueueRecord[],
  remainingMillis: () => number,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const { messages, unreadable } = readQueue(records)
  if (remainingMillis() < millisNeeded) {
    return [
      ...unreadable.map(comesBack),
      ...messages.map(({ messageId }) => ({ messageId, afterSeconds: 0 })),
    ]
  }
  const timed = withinTime({ ...deps, source: oneSourceEach(deps.source) }, remainingMillis)
  const parking = new Map(unreadable.map((message) => [message, parkOrPostpone(message, timed)]))
  const groups = groupByRecord(messages, ({ change }) => change)
  const desk: Desk = {
    reader: readTogether(groups.length, timed),
    checkAccount: accountCheck(timed.source),
    parking,
  }
  const results = await Promise.all(groups.map((group) => takeTurn(group, desk, timed)))
  const kept = (await Promise.all(parking.values())).flatMap((postponed) => postponed ?? [])
  return [...kept, ...results.flat()]
}

/** Works on a record's messages up to the first unreadable one that stays on the queue; those behind it come back, too. */
async function takeTurn(
  messages: RecordGroup<QueuedChange>,
  desk: Desk,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const announce = desk.reader.expect()
  const obstacles = [...new Set(messages.flatMap(({ behind }) => behind))]
  const outcomes = await Promise.all(obstacles.map((message) => desk.parking.get(message)))
  const kept = new Set(obstacles.filter((_, index) => outcomes[index] !== null))
  const isBehind = ({ behind }: QueuedChange) => behind.some((message) => kept.has(message))
  const waiting = messages.filter(isBehind).map(comesBack)
  const [first, ...rest] = messages.filter((message) => !isBehind(message))
  if (first) return [...waiting, ...(await workOn([first, ...rest], announce, desk, deps))]
  announce(null)
  return waiting
}

/** When the first of these that was received before was received for the first time; null when none was. */
function retriedSince(messages: readonly QueuedChange[]): string | null {
  const since = messages
    .filter(({ receives }) => receives > 1)
    .map(({ firstReceivedAt, change }) => firstReceivedAt ?? change.receivedAt)
  return since.length === 0
    ? null
    : since.reduce((first, time) => (compareTimes(time, first) < 0 ? time : first))
}

async function workOn(
  messages: RecordGroup<QueuedChange>,
  announce: ReturnType<RecordReader['expect']>,
  { reader, checkAccount }: Desk,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  let work: Work = { messages }
  try {
    const prepared = await prepareRecord(messages, deps)
    work = { messages, ...prepared }
    await checkAccount(prepared.ref)
    announce(prepared.readsFirst ? prepared.ref : null)
    const { outcomes, lookAgainAfter } = await syncRecord(
      { ...prepared, retriedSince: retriedSince(messages), fetch: () => reader.fetch(prepared.ref) },
      deps,
    )
    reportOutcomes(work.messages, outcomes, deps)
    if (lookAgainAfter !== null) {
      deps.log.debug('record will be read again: the CRM may still show an older state', {
        ...prepared.ref,
        afterSeconds: lookAgainAfter,
      })
      return messages.map(({ messageId }) => ({ messageId, afterSeconds: lookAgainAfter }))
    }
    await forgetFailure(prepared.book, deps)
    return []
  } catch (error) {
    return giveUpOrPostpone(work, error, deps)
  } finally {
    announce(null)
  }
}
