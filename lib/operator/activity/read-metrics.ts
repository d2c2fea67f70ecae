import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch'
import { orRefused } from '../cloudwatch/or-refused.ts'

/** By query: the value at each time, in milliseconds. */
export type Metrics = ReadonlyMap<string, ReadonlyMap<number, number>>

/** Runs the queries over this time. What was not measured is absent. */
export async function readMetrics(
  client: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  StartTime: Date,
  EndTime: Date,
): Promise<Metrics> {
  const found = new Map<string, Map<number, number>>()
  await orRefused('cloudwatch:GetMetricData', async () => {
    const pages = paginateGetMetricData({ client }, { MetricDataQueries, StartTime, EndTime })
    for await (const { MetricDataResults = [] } of pages) {
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
        const values = found.get(Id) ?? new Map<number, number>()
        found.set(Id, values)
        for (const [index, time] of Timestamps.entries()) values.set(time.getTime(), Values[index] ?? 0)
      }
    }
  })
  return found
}
