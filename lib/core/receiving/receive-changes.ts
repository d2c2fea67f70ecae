import type { SourceName } from '../model/change.ts'
import { WebhookRejected } from '../model/errors.ts'
import type { CrmSource, WebhookRequest } from '../ports/crm-source.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { ChangeQueue } from '../ports/queues.ts'
import type { Sealer } from '../ports/sealer.ts'
import { checkRequest } from './check-request.ts'
import { refusal, type WebhookAnswer } from './refuse-webhook.ts'
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
    checkRequest(source, request)
    source.verify(request)
    const { changes, ignored, unknownFields } = readChanges(source, request, deps)
    const messages = await toMessages(changes, source, request.receivedAt, deps)
    if (messages.length > 0) await deps.queue.send(messages)
    reportAccepted(source, { records: messages.length, ignored, unknownFields }, deps)
    const { status, body = '' } = source.success
    return { status, body, headers: {} }
  } catch (error) {
    return refusal(error, sourceName, deps)
  }
}

async function findSource(name: string, { isSource, source }: ReceiveDeps): Promise<CrmSource> {
  const found = isSource(name) ? await source(name) : null
  if (found) return found
  throw new WebhookRejected(
    404,
    'UNKNOWN_SOURCE',
    'there is no such source, or it is switched off in sync.config.ts',
  )
}

function readChanges(
  source: CrmSource,
  request: WebhookRequest,
  { log, metrics }: ReceiveDeps,
): ReturnType<CrmSource['readChanges']> {
  try {
    return source.readChanges(request)
  } catch (error) {
    if (!(error instanceof WebhookRejected) || source.badFormatStatus !== 200) throw error
    // This CRM bans endpoints that answer 4xx, and sending the same body again would not help.
    metrics.count('WebhooksUnreadable')
    log.error(
      'webhook unreadable, answered with success because this CRM bans endpoints that refuse webhooks',
      {
        source: source.name,
        code: error.code,
        reason: error.message,
      },
    )
    return { changes: [], ignored: 0, unknownFields: [] }
  }
}

type Accepted = {
  readonly records: number
  readonly ignored: number
  readonly unknownFields: readonly string[]
}

function reportAccepted(
  { name }: CrmSource,
  { records, ignored, unknownFields }: Accepted,
  { log, metrics }: ReceiveDeps,
): void {
  metrics.count('WebhooksAccepted')
  metrics.count('ChangesReceived', records)
  if (ignored > 0) metrics.count('EventsIgnored', ignored)
  if (unknownFields.length > 0) {
    metrics.count('FieldsUnknown', unknownFields.length)
    log.debug('fields not known', { source: name, fields: unknownFields })
  }
  log.info('webhook accepted', { source: name, records, ignoredEvents: ignored })
}
