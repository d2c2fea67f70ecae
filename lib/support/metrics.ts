import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import type { Metrics } from '../core/ports/observers.ts'
import type { LogLevel } from './log.ts'

/**
 * Counts in CloudWatch's embedded metric format. `publish` writes the metrics once per invocation.
 *
 * Metrics are log lines, and Lambda filters log lines by `level`. A line without a level and a time counts as INFO
 * and would be dropped at WARN and ERROR, which would silence the alarms. Metrics therefore use the log's own level.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function embeddedMetrics(stage: string, logLevel: LogLevel): Metrics & { publish(): void } {
  const metrics = new PowertoolsMetrics({ namespace: 'crm-pay-sync', serviceName: stage })
  return {
    count: (name, value = 1) => metrics.addMetric(name, 'Count', value),
    measure: (name, millis) => metrics.addMetric(name, 'Milliseconds', millis),
    publish: () => {
      metrics.addMetadata('level', logLevel)
      metrics.addMetadata('timestamp', new Date().toISOString())
      metrics.publishStoredMetrics()
    },
  }
}
