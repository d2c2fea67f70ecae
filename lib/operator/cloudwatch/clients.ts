import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { BoundedHandler } from '../../aws/bounded-handler.ts'

/** How long one call may take, in milliseconds. */
const requestMs = 8000

/** A client of CloudWatch Logs. Its package is only loaded where a deployed stage is read. */
export async function openLogsClient(region: string): Promise<CloudWatchLogsClient> {
  const sdk = await import('@aws-sdk/client-cloudwatch-logs')
  return new sdk.CloudWatchLogsClient(settingsOf(region, process.env['AWS_ENDPOINT_URL_CLOUDWATCH_LOGS']))
}

/** The same for metrics. */
export async function openMetricsClient(region: string): Promise<CloudWatchClient> {
  const sdk = await import('@aws-sdk/client-cloudwatch')
  return new sdk.CloudWatchClient(settingsOf(region, process.env['AWS_ENDPOINT_URL_CLOUDWATCH']))
}

function settingsOf(region: string, endpoint: string | undefined) {
  const requestHandler = new BoundedHandler(requestMs)
  return { region, maxAttempts: 3, requestHandler, ...(endpoint && { endpoint }) }
}
