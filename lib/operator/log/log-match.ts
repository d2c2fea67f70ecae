import type { LogEntry } from './log-entry.ts'
import type { LogQuery } from './log-reader.ts'

export const defaultLimit = 1000

/** Whether an entry is among those that are asked for. */
export function matches(entry: LogEntry, query: LogQuery): boolean {
  const { record, eventId, providerCustomerId, requestId, since, until } = query
  const time = Date.parse(entry.at)
  return (
    (since === undefined || time >= since.getTime()) &&
    (until === undefined || time < until.getTime()) &&
    (requestId === undefined || entry.requestId === requestId) &&
    (eventId === undefined || entry.eventIds.includes(eventId)) &&
    (providerCustomerId === undefined || entry.providerCustomerId === providerCustomerId) &&
    (record === undefined || isAbout(entry, record))
  )
}

function isAbout(
  entry: LogEntry,
  { source, account, recordType, recordId }: NonNullable<LogQuery['record']>,
) {
  return (
    entry.recordId === recordId &&
    (source === undefined || entry.source === source) &&
    (account === undefined || entry.account === account) &&
    (recordType === undefined || entry.recordType === recordType)
  )
}

/** The newest of the entries, at most `limit`, oldest first; lines of the same time stay in the order of the log. */
export function newest(entries: readonly LogEntry[], limit: number): readonly LogEntry[] {
  return entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-limit)
}
