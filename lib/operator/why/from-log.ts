import type { ProviderName } from '../../core/model/provider.ts'
import type { LogEntry } from '../log/log-entry.ts'
import { emptyEntry, type TimelineEntry, type TimelineEvent } from './timeline.ts'

/** What each log line tells about a record; lines that are not here tell nothing of their own. */
const eventsOfLines: Readonly<Partial<Record<NonNullable<LogEntry['event']>, TimelineEvent>>> = {
  changeQueued: 'received',
  customerCreated: 'synced',
  customerAdopted: 'synced',
  customerUpdated: 'synced',
  customerUnchanged: 'synced',
  changeSuperseded: 'synced',
  relatedExpanded: 'synced',
  linkClosed: 'closed',
  customerErased: 'erased',
  customerNotRouted: 'not-routed',
  customerTakenOver: 'merged',
  changeRetried: 'failed',
  changeDeadLettered: 'dead-lettered',
  messageDeadLettered: 'dead-lettered',
  deadLetterRedriven: 'redriven',
}

/** How long the queue drops a repeat of the same event. */
const repeatMillis = 5 * 60_000

/** The timeline that the log lines of one record tell. `entries` are oldest first. */
export function fromLog(entries: readonly LogEntry[]): readonly TimelineEntry[] {
  return entries.flatMap((entry, index) => {
    const event = entry.event ? eventsOfLines[entry.event] : undefined
    if (!event) return []
    const shown = { ...toEntry(entry, event), reason: reasonOf(entry, entries.slice(0, index)) }
    return isFirstOfRound(entry, entries.slice(0, index))
      ? [{ ...emptyEntry, at: entry.at, event: 'redriven', eventId: shown.eventId }, shown]
      : [shown]
  })
}

function toEntry(entry: LogEntry, event: TimelineEvent): TimelineEntry {
  const { at, outcome, code, fields, tries, status, latencyMs, requestId } = entry
  return {
    ...emptyEntry,
    at,
    event,
    eventId: entry.eventIds.at(-1) ?? null,
    provider: entry.provider as ProviderName | null,
    providerCustomerId: entry.providerCustomerId,
    outcome: event === 'failed' || event === 'dead-lettered' ? 'failed' : outcome,
    code,
    fields,
    attempts: tries,
    status,
    latencyMs,
    requestId,
  }
}

function reasonOf(entry: LogEntry, before: readonly LogEntry[]): string | null {
  if (entry.event === 'changeQueued') return describeReceived(entry, before)
  if (entry.event === 'customerTakenOver') return `took over the customer of record ${entry.mergedId}`
  if (entry.event === 'changeSuperseded') return 'a newer state was synced already'
  if (entry.event === 'customerUnchanged') return 'the provider has this state already'
  if (entry.reason !== null) return entry.reason
  const others = entry.eventIds.length - 1
  return others > 0
    ? `together with ${others} other ${others === 1 ? 'event' : 'events'} of the record`
    : null
}

function describeReceived({ at, kind, eventIds }: LogEntry, before: readonly LogEntry[]): string | null {
  const isRepeat = before.some(
    (earlier) =>
      earlier.event === 'changeQueued' &&
      earlier.eventIds[0] === eventIds[0] &&
      Date.parse(at) - Date.parse(earlier.at) < repeatMillis,
  )
  return isRepeat ? `${kind}; the same event again, which the queue drops` : kind
}

/** Commands redrive dead letters without a line in the log of the functions: the first line of the next round tells it. */
function isFirstOfRound(entry: LogEntry, before: readonly LogEntry[]): boolean {
  const round = entry.round ?? 0
  if (round === 0 || entry.event === 'deadLetterRedriven') return false
  return !before.some((earlier) =>
    earlier.event === 'deadLetterRedriven'
      ? (earlier.round ?? 0) + 1 >= round
      : (earlier.round ?? 0) >= round,
  )
}
