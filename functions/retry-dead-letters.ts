import type { Context, ScheduledEvent } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import { type RetryReport, retryDeadLetters } from '../lib/core/dead-letters/retry-dead-letters.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { buildRetryDeps } from '../lib/wiring/retry.ts'

const config = readConfig()
const deps = buildRetryDeps(config, jsonLog(config.LOG_LEVEL))

/** Runs on a schedule: redrives the dead letters that may succeed by now. */
export async function handler(_event: ScheduledEvent, context: Context): Promise<RetryReport> {
  return withRequestId(context.awsRequestId, () =>
    retryDeadLetters(() => context.getRemainingTimeInMillis(), deps),
  )
}
