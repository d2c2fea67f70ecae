import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { clientSettings } from '../stage/client-settings.ts'

/** Queries take longer than the calls of the functions. */
const patient = { requestMs: 8000, attempts: 3 }

/** A client of CloudWatch Logs. Its package is only loaded where a deployed stage is read. */
export async function openLogsClient(region: string): Promise<CloudWatchLogsClient> {
  const sdk = await import('@aws-sdk/client-cloudwatch-logs')
  return new sdk.CloudWatchLogsClient(clientSettings('CLOUDWATCH_LOGS', region, patient))
}

/** The same for metrics. */
export async function openMetricsClient(region: string): Promise<CloudWatchClient> {
  const sdk = await import('@aws-sdk/client-cloudwatch')
  return new sdk.CloudWatchClient(clientSettings('CLOUDWATCH', region, patient))
}
