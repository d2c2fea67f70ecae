import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { type InsightsRow, quoted, runInsights } from '../cloudwatch/insights.ts'
import { followGroups } from './follow-groups.ts'
import { type LogEntry, readLogLine } from './log-entry.ts'
import { defaultLimit, matches, newest } from './log-match.ts'
import type { LogQuery, LogReader } from './log-reader.ts'

/** How far back is searched where the question does not say it. */
const defaultDays = 30
const dayMs = 24 * 3600 * 1000
/** The most rows that a query returns. */
const mostRows = 10_000

/** The log of a deployed stage. `find` runs a query of Logs Insights, which costs about $0.005 per GB of log; `follow` is free. */
export function cloudWatchLog(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  { now = () => new Date(), pollMs = 5000 } = {},
): LogReader {
  return {
    async find(query) {
      const limit = Math.min(query.limit ?? defaultLimit, mostRows)
      const until = query.until ?? now()
      const since = query.since ?? new Date(until.getTime() - defaultDays * dayMs)
      const rows = await runInsights(client, { groups, since, until, text: findText(query, limit) })
      const entries = rows.flatMap((row) => toEntry(row) ?? []).filter((entry) => matches(entry, query))
      const incomplete = rows.length >= limit ? `only the last ${limit} entries` : null
      return { entries: newest(entries, limit), incomplete }
    },
    follow: (signal) => followGroups(client, groups, { signal, now, pollMs }),
  }
}

/** The newest matching lines. Each condition also holds for the entries that are read of them. */
function findText({ record, eventId, providerCustomerId, requestId }: LogQuery, limit: number): string {
  const equal = { ...record, providerCustomerId, requestId }
  const conditions = [
    'ispresent(message)',
    ...Object.entries(equal).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} = ${quoted(value)}`],
    ),
    // The fields of a list are numbered, and the event may be at any place.
    ...(eventId === undefined ? [] : [`@message like ${quoted(eventId)}`]),
  ]
  return [
    'fields @message, @log',
    `filter ${conditions.join(' and ')}`,
    'sort @timestamp desc',
    `limit ${limit}`,
  ].join(' | ')
}

/** `@log` is the account and the name of the log group. */
export function toEntry({ '@message': line = '', '@log': log }: InsightsRow): LogEntry | null {
  return readLogLine(line.trimEnd(), log)
}
