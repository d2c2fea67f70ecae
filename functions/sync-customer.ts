import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import '../lib/support/lean-zod.ts'
import { readConfig } from '../lib/config.ts'
import { syncBatch } from '../lib/core/syncing/sync-batch.ts'
import { jsonLog, withRequestId } from '../lib/support/log.ts'
import { embeddedMetrics } from '../lib/support/metrics.ts'
import { buildPostpone, buildQueueClient, buildSyncDeps } from '../lib/wiring/sync.ts'

const config = readConfig()
const log = jsonLog(config.LOG_LEVEL)
const metrics = embeddedMetrics(config.STAGE, config.LOG_LEVEL)
const sqs = buildQueueClient(config)
const deps = buildSyncDeps(config, { log, metrics }, sqs)
const postpone = buildPostpone(config, log, sqs)

/** Syncs a batch of changes. Returns the messages to receive again; each becomes visible after its own wait. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return withRequestId(context.awsRequestId, () => syncEvent(event, context))
}

async function syncEvent(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const records = event.Records.map(({ messageId, attributes, body }) => ({
    messageId,
    receives: Number(attributes.ApproximateReceiveCount ?? 1),
    firstReceivedAt: isoTime(attributes.ApproximateFirstReceiveTimestamp),
    group: attributes.MessageGroupId ?? messageId,
    body,
  }))
  const postponed = await syncBatch(records, () => context.getRemainingTimeInMillis(), deps)
  const receipts = new Map(event.Records.map(({ messageId, receiptHandle }) => [messageId, receiptHandle]))
  await postpone(
    event.Records[0]?.eventSourceARN,
    postponed.flatMap(({ messageId, afterSeconds }) => {
      const receiptHandle = receipts.get(messageId)
      return receiptHandle ? [{ receiptHandle, afterSeconds }] : []
    }),
  )
  metrics.publish()
  return {
    batchItemFailures: postponed.map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  }
}

/** SQS gives milliseconds since 1970 as text. */
function isoTime(millis: string | undefined): string | null {
  return millis === undefined ? null : new Date(Number(millis)).toISOString()
}
