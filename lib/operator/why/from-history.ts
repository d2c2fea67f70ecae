import type { Link } from '../../core/model/link.ts'
import type { LinkEvent } from '../../core/model/link-history.ts'
import { emptyEntry, type TimelineEntry, type TimelineEvent } from './timeline.ts'

const timelineEvents: Readonly<Record<LinkEvent, TimelineEvent>> = {
  created: 'synced',
  adopted: 'synced',
  updated: 'synced',
  unchanged: 'synced',
  superseded: 'synced',
  closed: 'closed',
  erased: 'erased',
  failed: 'failed',
  'not-routed': 'not-routed',
  attached: 'attached',
  forgotten: 'forgotten',
  merged: 'merged',
}

/** A log line and an entry of a history are written within the same invocation. */
const sameMillis = 5000

/** What the histories of a record's links tell beyond the log, which is kept for some days only. */
export function fromHistories(
  links: readonly Link[],
  logged: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  return links.flatMap((link) =>
    toEntries(link).filter((entry) => !logged.some((line) => isSame(entry, line))),
  )
}

function toEntries({ provider, providerCustomerId, mergedInto, history }: Link): readonly TimelineEntry[] {
  return history.map(({ at, event, eventId, code, status, fields, tries }) => ({
    ...emptyEntry,
    at,
    event: timelineEvents[event],
    eventId,
    provider,
    providerCustomerId,
    outcome: event === 'attached' || event === 'forgotten' || event === 'merged' ? null : event,
    code,
    reason: event === 'merged' && mergedInto !== null ? `merged into record ${mergedInto}` : null,
    fields,
    attempts: tries,
    status,
  }))
}

function isSame(entry: TimelineEntry, line: TimelineEntry): boolean {
  return (
    entry.event === line.event &&
    (line.provider === null || entry.provider === null || entry.provider === line.provider) &&
    (line.outcome === null || entry.outcome === line.outcome) &&
    isWithin(entry.at, line)
  )
}

function isWithin(time: string, { at, lastAt }: TimelineEntry): boolean {
  const millis = Date.parse(time)
  return millis >= Date.parse(at) - sameMillis && millis <= Date.parse(lastAt ?? at) + sameMillis
}
