import type { Context } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import { receiveEvent } from '../lib/core/receiving/receive-event.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { embeddedMetrics } from '../lib/support/metrics.ts'
import { buildReceiveEventDeps } from '../lib/wiring/receive-events.ts'

const config = readConfig()
const metrics = embeddedMetrics(config.STAGE, config.LOG_LEVEL)
const deps = buildReceiveEventDeps(config, ['SALESFORCE_ORGANIZATION_ID'], {
  log: jsonLog(config.LOG_LEVEL),
  metrics,
})

/** Puts the changes of Salesforce's Change Data Capture on the queue. EventBridge invokes it; an event that fails is tried again. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await withRequestId(context.awsRequestId, () => receiveEvent('salesforce', event, new Date(), deps))
  metrics.publish()
}
