import type { SourceName } from '../model/change.ts'
import { WebhookRejected } from '../model/errors.ts'
import type {
  CrmSource,
  ReadChanges,
  WebhookAnswer,
  WebhookDoor,
  WebhookRequest,
} from '../ports/crm-source.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { ChangeQueue } from '../ports/queues.ts'
import type { Sealer } from '../ports/sealer.ts'
import { checkRequest } from './check-request.ts'
import { refusal } from './refuse-webhook.ts'
import { reportAccepted } from './report-accepted.ts'
import { toMessages } from './to-messages.ts'

export type ReceiveDeps = {
  /** Whether there is a source of that name; no other name is logged. */
  readonly isSource: (name: string) => boolean
  /** The source of that name; null when it is switched off. Throws RetryLater when its secrets cannot be read. */
  readonly source: (name: SourceName) => Promise<CrmSource | null>
  readonly queue: ChangeQueue
  readonly sealer: Sealer
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Answers a CRM's webhook. Checks source, method, size, media type, signature and format, in this order, and answers with
 * success only once every change is safely on the queue. Never throws.
 */
export async function receiveChanges(
  sourceName: string,
  request: WebhookRequest,
  deps: ReceiveDeps,
): Promise<WebhookAnswer> {
  try {
    const source = await findSource(sourceName, deps)
    const { door } = source
    const answer = request.method === 'POST' ? null : door.handshake?.(request)
    if (answer) return answer
    checkRequest(door, request)
    door.verify(request)
    const read = await readChanges(source, request, deps)
    const messages = await toMessages(read.changes, source, request.receivedAt, deps)
    if (messages.length > 0) await deps.queue.send(messages)
    reportAccepted(source, messages, read, deps)
    return door.success
  } catch (error) {
    return refusal(error, sourceName, deps)
  }
}

/** A source that is switched on and receives webhooks. */
type ReceivingSource = CrmSource & { readonly door: WebhookDoor }

async function findSource(name: string, { isSource, source }: ReceiveDeps): Promise<ReceivingSource> {
  const found = isSource(name) ? await source(name) : null
  if (found?.door) return { ...found, door: found.door }
  throw new WebhookRejected(
    404,
    'UNKNOWN_SOURCE',
    'there is no such source, or it is switched off in sync.config.ts',
  )
}

async function readChanges(
  { name, door }: ReceivingSource,
  request: WebhookRequest,
  { log, metrics }: ReceiveDeps,
): Promise<ReadChanges> {
  try {
    return await door.readChanges(request)
  } catch (error) {
    const isUnreadable = error instanceof WebhookRejected && error.status === 400
    if (!isUnreadable || door.badFormatStatus !== 200) throw error
    // This CRM bans endpoints that answer 4xx, and sending the same body again would not help.
    metrics.count('WebhooksUnreadable')
    log.error(logMessages.webhookUnreadable, {
      source: name,
      code: error.code,
      reason: error.message,
    })
    return { changes: [], ignored: 0, unknownFields: [] }
  }
}
