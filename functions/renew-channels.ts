import type { Context, ScheduledEvent } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import { type RenewReport, renewChannels } from '../lib/core/channels/renew-channels.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { buildRenewDeps } from '../lib/wiring/renew.ts'

const config = readConfig()
const deps = buildRenewDeps(config, jsonLog(config.LOG_LEVEL))

/** Runs on a schedule: renews the webhook subscriptions of CRMs where these expire. */
export async function handler(_event: ScheduledEvent, context: Context): Promise<RenewReport> {
  return withRequestId(context.awsRequestId, () => renewChannels(deps))
}
