import { dynamodbBreakers } from '../../aws/breakers.ts'
import { type RecordRef, recordKey } from '../../core/model/change.ts'
import { isBareLine, type Link } from '../../core/model/link.ts'
import type { BreakerRecord } from '../../core/ports/breaker.ts'
import { providers } from '../../providers/registry.ts'
import type { StageFlags } from '../advice/advice.ts'
import { findDeadLetter, type RecordDeadLetter } from '../dead-letters/find-dead-letter.ts'
import type { RecordOptions } from '../links/find-record.ts'
import { listableLinks, toListedRow } from '../links/link-row.ts'
import { openLinks } from '../links/open-links.ts'
import { findSurplus } from '../links/surplus.ts'
import type { LogReader } from '../log/log-reader.ts'
import { openLog } from '../log/open-log.ts'
import type { Stage } from '../stage/stage.ts'
import { countAllMessages } from '../stage/wait-until-idle.ts'
import { findKnownRecord } from './find-known-record.ts'
import { fromHistories } from './from-history.ts'
import { fromLog } from './from-log.ts'
import { emptyEntry, inOrder, type TimelineEntry } from './timeline.ts'
import { describeWaiting } from './waiting-for.ts'

export type WhyReport = {
  readonly record: RecordRef
  /** As `links list` shows them. */
  readonly links: readonly ReturnType<typeof toListedRow>[]
  /** What it waits for now, in a sentence; null when nothing waits. */
  readonly waitingFor: string | null
  /** What to do about it, a line each. */
  readonly steps: readonly string[]
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[]
  /** What could not be read, in words; empty when everything was. */
  readonly missing: readonly string[]
}

/** How many log lines of one record are read. */
const mostLines = 2000

/** Everything known of the record that the id means. Null when nothing is known; throws BadInput when several records fit. */
export async function explain(
  id: string,
  options: RecordOptions & StageFlags,
  stage: Stage,
): Promise<WhyReport | null> {
  const links = openLinks(stage)
  const log = await openLog(stage)
  const searchDeadLetter = (wanted: string) =>
    findDeadLetter(stage, (ref, eventId) => ref.recordId === wanted || eventId === wanted)
  const known = await findKnownRecord(id, options, { links, log, findDeadLetter: searchDeadLetter })
  if (!known) return null
  const { ref } = known
  const own = await links.findLinks(ref)
  const { logged, missing } = await readLog(ref, log)
  const timeline = inOrder([...logged, ...fromHistories(own, inOrder(logged))])
  const deadLetter =
    known.deadLetter ??
    (mayBeDead(own, timeline)
      ? await findDeadLetter(stage, (found) => recordKey(found) === recordKey(ref))
      : null)
  if (own.length === 0 && timeline.length === 0 && !deadLetter) return null
  const waiting = describeWaiting({
    stage: options.stage,
    region: options.region,
    links: own,
    timeline,
    deadLetter,
    breakers: await findBreakers(own, stage),
    queued: await countQueued(stage),
    titleOf: (provider) => providers[provider]?.title ?? provider,
  })
  const shown = listableLinks(own.filter((link) => !isBareLine(link)))
  const surplus = await findSurplus(shown, links)
  return {
    record: ref,
    links: shown.map((link) => toListedRow(link, surplus)),
    ...waiting,
    timeline: withDeadLetter(timeline, deadLetter),
    missing,
  }
}

async function readLog(
  ref: RecordRef,
  log: LogReader | null,
): Promise<{ readonly logged: readonly TimelineEntry[]; readonly missing: readonly string[] }> {
  if (!log)
    return { logged: [], missing: ['there is no log to read: the timeline is what the links remember'] }
  const { entries, incomplete } = await log.find({ record: ref, limit: mostLines })
  return { logged: fromLog(entries), missing: incomplete === null ? [] : [incomplete] }
}

/** Looking at dead letters hides them from others for a while, so it is done only where one is likely. */
function mayBeDead(links: readonly Link[], timeline: readonly TimelineEntry[]): boolean {
  const last = timeline.findLast(({ event }) => event !== 'received')
  return links.some(({ failure }) => failure) || last?.event === 'dead-lettered' || timeline.length === 0
}

async function findBreakers(links: readonly Link[], stage: Stage): Promise<readonly BreakerRecord[]> {
  const store = dynamodbBreakers(stage.dynamodb, stage.linksTable)
  const found = await Promise.all(
    links.map(async ({ provider, mode }) => (provider ? store.findBreaker(provider, mode) : null)),
  )
  return found.flatMap((breaker) => breaker ?? [])
}

async function countQueued({ sqs, findQueues }: Stage): Promise<number> {
  return countAllMessages(sqs, (await findQueues()).changes)
}

/** A dead letter whose log line is gone. */
function withDeadLetter(
  timeline: readonly TimelineEntry[],
  deadLetter: RecordDeadLetter | null,
): readonly TimelineEntry[] {
  if (!deadLetter || timeline.some(({ event }) => event === 'dead-lettered')) return timeline
  const { row, eventId } = deadLetter
  const entry: TimelineEntry = {
    ...emptyEntry,
    at: row.deadLetteredAt ?? row.firstFailedAt ?? new Date(0).toISOString(),
    event: 'dead-lettered',
    eventId,
    provider: row.provider,
    outcome: 'failed',
    code: row.code,
    reason: row.reason,
    attempts: row.attempts,
  }
  return inOrder([...timeline, entry])
}
