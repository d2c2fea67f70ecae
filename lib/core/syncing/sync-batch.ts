import { deadLetterOrPostpone, type Work } from '../failures/handle-failure.ts'
import {
  type Parking,
  parkUnreadable,
  postponed,
  splitAtUnreadable,
} from '../failures/unreadable-messages.ts'
import { withinTime } from '../failures/within-time.ts'
import { groupByRecord, type RecordGroup } from '../messages/combine-changes.ts'
import { type Postponed, type QueuedChange, type QueueRecord, readQueue } from '../messages/queued-change.ts'
import { refOf } from '../model/change.ts'
import { boundLog } from '../ports/bound-log.ts'
import type { LogFields } from '../ports/observers.ts'
import type { Limited, SyncDeps, Trigger } from '../ports/sync-deps.ts'
import { type AccountCheck, accountCheck, oneSourceEach } from '../reading/own-accounts.ts'
import { prepareRecord } from '../reading/prepare-record.ts'
import { type RecordReader, readTogether } from '../reading/read-together.ts'
import { keepPages } from './keep-pages.ts'
import { reportOutcomes, resetFailure } from './report-outcomes.ts'
import { syncRecord } from './sync-record.ts'

/** Syncing one record takes at most one read from the CRM and two provider calls, ten seconds each. */
const millisNeeded = 35_000

/** Provider calls that one function makes at a time, whatever the number of records. */
const mostAtOnce = 10

/** What the records of a batch share. */
type BatchContext = {
  readonly reader: RecordReader
  readonly checkAccount: AccountCheck
  readonly parking: Parking
  /** Where there are many records, all are read first, and then some are synced at a time. */
  readonly limited: Limited | null
}

/**
 * Processes a batch from the queue of changes. The messages of one record are combined and synced as one change; records are
 * processed in parallel, and read from their CRM account in one call. Returns the messages to receive again. All others are
 * done or dead-lettered. Never rejects because of one record.
 */
export async function syncBatch(
  records: readonly QueueRecord[],
  remainingMillis: () => number,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  const { messages, unreadable } = readQueue(records)
  if (remainingMillis() < millisNeeded) {
    return [
      ...unreadable.map(postponed),
      ...messages.map(({ messageId }) => ({ messageId, afterSeconds: 0 })),
    ]
  }
  const timed = withinTime({ ...deps, source: oneSourceEach(deps.source) }, remainingMillis)
  const parking = parkUnreadable(unreadable, timed)
  const groups = groupByRecord(messages, ({ change }) => change)
  const context: BatchContext = {
    reader: readTogether(groups.length, timed),
    limited: groups.length > mostAtOnce ? deps.limiter(mostAtOnce) : null,
    checkAccount: accountCheck(timed.source),
    parking,
  }
  const results = await Promise.all(
    groups.map(async (group) => ({ messages: group, postponed: await syncGroup(group, context, timed) })),
  )
  const kept = (await Promise.all(parking.values())).flatMap((message) => message ?? [])
  return [...kept, ...(await keepPages(results, deps))]
}

/** One record's messages; those behind an unreadable one stay on the queue. */
async function syncGroup(
  messages: RecordGroup<QueuedChange>,
  context: BatchContext,
  batchDeps: SyncDeps,
): Promise<readonly Postponed[]> {
  const announce = context.reader.expect()
  const log = boundLog(batchDeps.log, changeFields(messages))
  const deps = { ...batchDeps, log, trigger: triggerOf(messages) }
  const { ready, waiting } = await splitAtUnreadable(messages, context.parking)
  const [first, ...rest] = ready
  if (first) return [...waiting, ...(await syncMessages([first, ...rest], announce, context, deps))]
  announce(null)
  return waiting
}

function triggerOf(messages: RecordGroup<QueuedChange>): Trigger {
  const { change } = messages.at(-1) ?? messages[0]
  return { eventId: change.eventId, tries: Math.max(...messages.map(({ receives }) => receives)) }
}

/** In every log line about these messages. */
function changeFields(messages: RecordGroup<QueuedChange>): LogFields {
  const round = Math.max(...messages.map(({ change }) => change.round ?? 0))
  return {
    ...refOf(messages[0].change),
    eventIds: [...new Set(messages.map(({ change }) => change.eventId))],
    // A redriven dead letter.
    ...(round > 0 && { round }),
  }
}

async function syncMessages(
  messages: RecordGroup<QueuedChange>,
  announce: ReturnType<RecordReader['expect']>,
  { reader, checkAccount, limited }: BatchContext,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  let work: Work = { messages }
  try {
    const prepared = await prepareRecord(messages, deps)
    work = { messages, ...prepared }
    await checkAccount(prepared.ref)
    announce(prepared.readsFirst ? prepared.ref : null)
    const fetch = () => reader.fetch(prepared.ref)
    if (limited && prepared.readsFirst) await fetch()
    const sync = () => syncRecord({ ...prepared, fetch }, deps)
    const { outcomes, readAgainAfter } = await (limited ? limited(sync) : sync())
    reportOutcomes(messages, outcomes, deps)
    if (readAgainAfter !== null) {
      deps.log.debug('record will be read again: the CRM may still return an older state', {
        afterSeconds: readAgainAfter,
      })
      return messages.map(({ messageId }) => ({ messageId, afterSeconds: readAgainAfter }))
    }
    await resetFailure(prepared.book, deps)
    return []
  } catch (error) {
    return deadLetterOrPostpone(work, error, deps)
  } finally {
    announce(null)
  }
}
