import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CommandFailed } from '../errors.ts'
import { orRefused } from './or-refused.ts'

/** A query of Logs Insights over some log groups. It costs by the size of what it scans. */
export type InsightsQuery = {
  readonly groups: readonly string[]
  readonly text: string
  readonly since: Date
  readonly until: Date
}

/** A row of the result, by the name of the field. */
export type InsightsRow = Readonly<Record<string, string>>

/** How often the result is asked for, and for how long, in milliseconds. */
const pollMs = 400
const longestMs = 18_000

/** Runs the query and waits for its result. Throws CommandFailed when it fails or takes too long. */
export async function runInsights(
  client: CloudWatchLogsClient,
  { groups, text, since, until }: InsightsQuery,
): Promise<readonly InsightsRow[]> {
  const { queryId } = await orRefused('logs:StartQuery', () =>
    client.send(
      new StartQueryCommand({
        logGroupNames: [...groups],
        queryString: text,
        startTime: Math.floor(since.getTime() / 1000),
        endTime: Math.ceil(until.getTime() / 1000),
      }),
    ),
  )
  for (const deadline = Date.now() + longestMs; ; ) {
    const { status, results = [] } = await orRefused('logs:GetQueryResults', () =>
      client.send(new GetQueryResultsCommand({ queryId })),
    )
    if (status === 'Complete') return results.map(toRow)
    if (status !== 'Running' && status !== 'Scheduled') {
      throw new CommandFailed(`the query of CloudWatch Logs has ended as ${status}`)
    }
    if (Date.now() > deadline) throw new CommandFailed('the query of CloudWatch Logs takes too long')
    await sleep(pollMs)
  }
}

function toRow(
  fields: readonly { readonly field?: string | undefined; readonly value?: string | undefined }[],
): InsightsRow {
  return Object.fromEntries(fields.map(({ field = '', value = '' }) => [field, value]))
}

/** A text as a query contains it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
