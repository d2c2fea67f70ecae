import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import type { Metrics } from '../core/ports.ts'

/** Counts by CloudWatch's embedded metric format. `publish` writes them out, once an invocation. */
export function embeddedMetrics(stage: string): Metrics & { publish(): void } {
  const metrics = new PowertoolsMetrics({ namespace: 'crm-pay-sync', serviceName: stage })
  return {
    count: (name, value = 1) => metrics.addMetric(name, 'Count', value),
    measure: (name, millis) => metrics.addMetric(name, 'Milliseconds', millis),
    publish: () => metrics.publishStoredMetrics(),
  }
}
