import { groupByRecord, type RecordGroup } from './combine-changes.ts'
import { giveUpOrPostpone, type Work } from './give-up.ts'
import { prepareRecord } from './prepare-record.ts'
import { type Postponed, type QueuedChange, type QueueRecord, readQueue } from './queued-change.ts'
import { type RecordReader, readTogether } from './read-together.ts'
import { forgetFailure, reportOutcomes } from './report-outcomes.ts'
import type { SyncDeps } from './sync-deps.ts'
import { syncRecord } from './sync-record.ts'
import { withinTime } from './within-time.ts'

/** Working on one record takes at most a read of the CRM and two calls at a provider, ten seconds each. */
const millisNeeded = 35_000

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
  const { messages, unreadable } = readQueue(records, deps.log)
  const leftAlone = unreadable.map((messageId) => ({
    messageId,
    afterSeconds: deps.retry.maxSeconds,
  }))
  if (remainingMillis() < millisNeeded) {
    return [...leftAlone, ...messages.map(({ messageId }) => ({ messageId, afterSeconds: 0 }))]
  }
  const timed = withinTime(deps, remainingMillis)
  const groups = groupByRecord(messages, ({ change }) => change)
  const reader = readTogether(groups.length, timed)
  const results = await Promise.all(groups.map((group) => workOn(group, reader, timed)))
  return [...leftAlone, ...results.flat()]
}

async function workOn(
  messages: RecordGroup<QueuedChange>,
  reader: RecordReader,
  deps: SyncDeps,
): Promise<readonly Postponed[]> {
  let work: Work = { messages }
  const announce = reader.expect()
  try {
    const prepared = await prepareRecord(messages, deps)
    work = { messages, ...prepared }
    announce(prepared.readsFirst ? prepared.ref : null)
    const isRetry = messages.some(({ receives }) => receives > 1)
    const { outcomes, lookAgainAfter } = await syncRecord(
      { ...prepared, isRetry, fetch: () => reader.fetch(prepared.ref) },
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
