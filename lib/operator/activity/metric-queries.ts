import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { MetricName } from '../../core/ports/observers.ts'

/** The metrics that figures are made of, by the id of their query. */
const counted = {
  created: 'CustomersCreated',
  adopted: 'CustomersAdopted',
  updated: 'CustomersUpdated',
  unchanged: 'CustomersUnchanged',
  superseded: 'ChangesSuperseded',
  failed: 'ChangesFailed',
  deadLettered: 'ChangesDeadLettered',
  closed: 'CustomersClosed',
  erased: 'CustomersErased',
  notRouted: 'CustomersNotRouted',
  accepted: 'WebhooksAccepted',
  refused: 'WebhooksRefused',
} as const satisfies Readonly<Record<string, MetricName>>

const latencies = { measured: 'SampleCount', p50: 'p50', p95: 'p95', within2s: 'PR(:2000)' } as const

/** Of latencies over the whole range, not by bucket. */
const whole = { wholeP50: 'p50', wholeP95: 'p95' } as const

export type MetricId = keyof typeof counted | keyof typeof latencies | keyof typeof whole | 'oldest'

/** The queries of one GetMetricData for a stage, with buckets of this many seconds in a range of this many. */
export function metricQueries(stage: string, bucketSeconds: number, rangeSeconds: number): MetricDataQuery[] {
  const own = (Id: MetricId, MetricName: string, Stat: string, Period = bucketSeconds) =>
    query(
      Id,
      { Namespace: 'crm-pay-sync', MetricName, Dimensions: [{ Name: 'service', Value: stage }] },
      Stat,
      Period,
    )
  return [
    ...entries(counted).map(([id, name]) => own(id, name, 'Sum')),
    ...entries(latencies).map(([id, stat]) => own(id, 'ChangeLatency', stat)),
    ...entries(whole).map(([id, stat]) => own(id, 'ChangeLatency', stat, rangeSeconds)),
    oldestQuery(stage, bucketSeconds),
  ]
}

/** The age of the oldest change in the queue. */
export function oldestQuery(stage: string, period: number): MetricDataQuery {
  const Dimensions = [{ Name: 'QueueName', Value: `crm-pay-sync-${stage}-changes.fifo` }]
  const metric = { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Dimensions }
  return query('oldest', metric, 'Maximum', period)
}

function query(
  Id: MetricId,
  Metric: NonNullable<MetricDataQuery['MetricStat']>['Metric'],
  Stat: string,
  Period: number,
): MetricDataQuery {
  return { Id, MetricStat: { Metric, Stat, Period } }
}

function entries<T extends Readonly<Record<string, string>>>(table: T) {
  return Object.entries(table) as [keyof T & MetricId, string][]
}
