import { type CustomerChange, refOf, type SourceName } from '../model/change.ts'
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
    const { changes, ignored, unknownFields } = readChanges(source, request, deps)
    const messages = await toMessages(changes, source, request.receivedAt, deps)
    if (messages.length > 0) await deps.queue.send(messages)
    reportAccepted(source, messages, { ignored, unknownFields }, deps)
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

function readChanges(
  { name, door }: ReceivingSource,
  request: WebhookRequest,
  { log, metrics }: ReceiveDeps,
): ReadChanges {
  try {
    return door.readChanges(request)
  } catch (error) {
    if (!(error instanceof WebhookRejected) || door.badFormatStatus !== 200) throw error
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

type Skipped = Omit<ReadChanges, 'changes'>

function reportAccepted(
  { name }: CrmSource,
  messages: readonly CustomerChange[],
  { ignored, unknownFields }: Skipped,
  { log, metrics }: ReceiveDeps,
): void {
  metrics.count('WebhooksAccepted')
  metrics.count('ChangesReceived', messages.length)
  if (ignored > 0) metrics.count('EventsIgnored', ignored)
  if (unknownFields.length > 0) {
    metrics.count('FieldsUnknown', unknownFields.length)
    log.debug('fields not known', { source: name, fields: unknownFields })
  }
  log.info(logMessages.webhookAccepted, { source: name, records: messages.length, ignoredEvents: ignored })
  for (const message of messages) {
    log.info(logMessages.changeQueued, { ...refOf(message), eventIds: [message.eventId], kind: message.kind })
  }
}
