import type { Context, ScheduledEvent } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import { type ReconcileReport, reconcile } from '../lib/core/reconciling/reconcile.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { embeddedMetrics } from '../lib/support/metrics.ts'
import { buildReconcileDeps } from '../lib/wiring/reconcile.ts'

const config = readConfig()
const metrics = embeddedMetrics(config.STAGE, config.LOG_LEVEL)
const deps = buildReconcileDeps(config, { log: jsonLog(config.LOG_LEVEL), metrics })

/** Runs on a schedule: queues what the CRMs list as changed, so that a lost webhook is made up for. */
export async function handler(_event: ScheduledEvent, context: Context): Promise<ReconcileReport> {
  const report = await withRequestId(context.awsRequestId, () =>
    reconcile(() => context.getRemainingTimeInMillis(), deps),
  )
  metrics.publish()
  return report
}
