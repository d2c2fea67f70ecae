import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { logMessages } from '../../core/ports/log-messages.ts'
import { quoted, runInsights } from '../cloudwatch/insights.ts'
import { toEntry } from '../log/cloudwatch-log.ts'
import { type Activity, type ActivityFilter, defaultRecent, ranges } from './figures.ts'
import { toMetricFigures } from './metric-figures.ts'
import { metricQueries, oldestQuery } from './metric-queries.ts'
import { readMetrics } from './read-metrics.ts'
import { spanOf } from './span.ts'

const hourMs = 3600 * 1000
/** How far back the last entries, and the last webhooks, are looked for. */
const recentHours = 24
const acceptedHours = 7 * 24

export type DeployedStage = {
  readonly stage: string
  readonly groups: readonly string[]
  readonly logs: CloudWatchLogsClient
  readonly metrics: CloudWatchClient
}

/** The activity of a deployed stage: figures from its metrics, all else from its log. Closing it closes the clients. */
export function cloudWatchActivity(
  { stage, groups, logs, metrics }: DeployedStage,
  now = () => new Date(),
): Activity {
  const query = (text: string, since: Date) => runInsights(logs, { groups, text, since, until: now() })
  return {
    async figures(range) {
      const until = now()
      const { seconds, bucketSeconds } = ranges[range]
      const queries = metricQueries(stage, bucketSeconds, seconds)
      const found = await readMetrics(metrics, queries, new Date(spanOf(range, until).from), until)
      return toMetricFigures(found, range, until)
    },
    async recent(filter) {
      const since = filter.since ?? hoursBefore(now(), recentHours)
      const rows = await query(recentText(filter), since)
      return rows.flatMap((row) => toEntry(row) ?? [])
    },
    async lastAccepted() {
      const text = [
        `filter message = ${quoted(logMessages.webhookAccepted)}`,
        'stats latest(timestamp) as last by source',
      ].join(' | ')
      const rows = await query(text, hoursBefore(now(), acceptedHours))
      return new Map(rows.map(({ source = '', last = '' }) => [source, last]))
    },
    async oldestSeconds() {
      const until = now()
      // SQS reports once a minute, a few minutes late.
      const found = await readMetrics(
        metrics,
        [oldestQuery(stage, 60)],
        new Date(until.getTime() - 600_000),
        until,
      )
      const latest = [...(found.get('oldest') ?? [])].sort((a, b) => b[0] - a[0])[0]
      return latest ? latest[1] : null
    },
    async close() {
      logs.destroy()
      metrics.destroy()
    },
  }
}

function hoursBefore(time: Date, hours: number): Date {
  return new Date(time.getTime() - hours * hourMs)
}

/** Lines of an earlier release have no `outcome`. */
function recentText({ source, provider, outcome, code, limit = defaultRecent }: ActivityFilter): string {
  const failed = [logMessages.changeRetried, logMessages.changeDeadLettered, logMessages.messageDeadLettered]
  const conditions = [
    outcomeCondition(outcome, failed),
    ...Object.entries({ source, provider, code }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} = ${quoted(value)}`],
    ),
  ]
  return [
    'fields @message, @log',
    `filter ${conditions.join(' and ')}`,
    'sort @timestamp desc',
    `limit ${limit}`,
  ].join(' | ')
}

function outcomeCondition(outcome: string | undefined, failed: readonly string[]): string {
  const [retried = '', ...deadLettered] = failed
  const oneOf = (messages: readonly string[]) => `message in [${messages.map(quoted).join(', ')}]`
  if (outcome === undefined) return `(ispresent(outcome) or ${oneOf(failed)})`
  if (outcome === 'retried') return oneOf([retried])
  if (outcome === 'dead-lettered') return oneOf(deadLettered)
  return `outcome = ${quoted(outcome)}`
}
