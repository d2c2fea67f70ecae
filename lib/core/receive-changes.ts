import {
  type CustomerChange,
  inParts,
  type RecordChange,
  type Snapshot,
  type SourceName,
  sourceNames,
} from './change.ts'
import { combineChanges, groupByRecord } from './combine-changes.ts'
import { Misconfigured, RetryLater, SyncError, WebhookRejected } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import type { ChangeQueue, CrmSource, Log, Metrics, WebhookRequest } from './ports.ts'

/** 1 MiB, as contract.md says. */
const maxBodyBytes = 1024 * 1024

export type WebhookAnswer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export type ReceiveDeps = {
  /** The source of that name, or null where it is switched off. Throws RetryLater when its secrets cannot be had. */
  readonly source: (name: SourceName) => Promise<CrmSource | null>
  readonly queue: ChangeQueue
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Answers a CRM's webhook: checks source, method, size, media type, authenticity and format in this order, and says
 * success only once every change in it is safely on the queue. Never throws.
 */
export async function receiveChanges(
  sourceName: string,
  request: WebhookRequest,
  deps: ReceiveDeps,
): Promise<WebhookAnswer> {
  const { log, metrics } = deps
  try {
    const source = await findSource(sourceName, deps)
    checkEnvelope(source, request)
    source.verify(request)
    const { changes, ignored, unknownFields } = readChanges(source, request, deps)
    if (changes.length > 0) await deps.queue.send(changes)
    metrics.count('ChangesReceived', changes.length)
    if (ignored > 0) metrics.count('EventsIgnored', ignored)
    if (unknownFields.length > 0) {
      metrics.count('FieldsUnknown', unknownFields.length)
      log.debug('fields not known', { source: source.name, fields: unknownFields })
    }
    log.info('webhook accepted', {
      source: source.name,
      records: changes.length,
      ignoredEvents: ignored,
    })
    return {
      status: source.success.status,
      body: source.success.body ?? '',
      headers: {},
    }
  } catch (error) {
    return refuse(error, sourceName, deps)
  }
}

async function findSource(name: string, { source }: ReceiveDeps): Promise<CrmSource> {
  const known = sourceNames.find((candidate) => candidate === name)
  const found = known && (await source(known))
  if (!found) {
    throw new WebhookRejected(
      404,
      'UNKNOWN_SOURCE',
      'there is no such source, or sync.config.ts has it switched off',
    )
  }
  return found
}

function checkEnvelope(source: CrmSource, request: WebhookRequest): void {
  if (request.method !== 'POST')
    throw new WebhookRejected(405, 'METHOD_NOT_ALLOWED', 'webhooks are sent by POST')
  if (request.body.byteLength > maxBodyBytes) {
    throw new WebhookRejected(413, 'BODY_TOO_LARGE', 'the body is larger than 1 MiB')
  }
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType && !source.mediaTypes.includes(mediaType)) {
    throw new WebhookRejected(415, 'MEDIA_TYPE', `expected content-type ${source.mediaTypes.join(' or ')}`)
  }
}

function readChanges(source: CrmSource, request: WebhookRequest, { log, metrics }: ReceiveDeps) {
  try {
    const { changes, ...counts } = source.readChanges(request)
    return {
      changes: toMessages(changes, source, request.receivedAt),
      ...counts,
    }
  } catch (error) {
    if (!(error instanceof WebhookRejected) || source.badFormatStatus !== 200) throw error
    // This CRM bans whoever answers 4xx, and sending the same body again would help nobody: say it loudly, answer success.
    metrics.count('WebhooksUnreadable')
    log.error('webhook unreadable, answered with success because this CRM punishes anything else', {
      source: source.name,
      code: error.code,
      reason: error.message,
    })
    return { changes: [], ignored: 0, unknownFields: [] }
  }
}

/** What one request says of one record becomes one message, or several where too many were merged into it. */
function toMessages(changes: readonly RecordChange[], source: CrmSource, receivedAt: Date): CustomerChange[] {
  return groupByRecord(changes).flatMap(([first, ...rest]) => {
    if (!first) return []
    const { eventIds, snapshot, isWhole, occurredAt, mergedIds, ...change } = combineChanges<Snapshot>([
      first,
      ...rest,
    ])
    return inParts<CustomerChange>({
      ...change,
      v: 1 as const,
      eventId: eventIds.length === 1 ? String(eventIds[0]) : fingerprint(eventIds.toSorted()),
      receivedAt: receivedAt.toISOString(),
      ...(occurredAt !== undefined && { occurredAt }),
      ...(mergedIds.length > 0 && { mergedIds: [...mergedIds] }),
      ...(snapshot && (isWhole || !source.canFetch) && { sealedSnapshot: source.sealSnapshot(snapshot) }),
    })
  })
}

function refuse(error: unknown, sourceName: string, { log, metrics }: ReceiveDeps): WebhookAnswer {
  if (error instanceof WebhookRejected) {
    metrics.count('WebhooksRefused')
    const known = sourceNames.find((name) => name === sourceName) ?? 'unknown'
    log.warn('webhook refused', {
      source: known,
      status: error.status,
      code: error.code,
      reason: error.message,
    })
    return plain(error.status, error.message, error.status === 405 ? { allow: 'POST' } : {})
  }
  const reason =
    error instanceof RetryLater || error instanceof Misconfigured
      ? { code: error.code, reason: error.message }
      : {
          code: error instanceof SyncError ? error.code : 'UNEXPECTED',
          reason: nameOf(error),
        }
  log.error('webhook not taken, the CRM is asked to send it again', reason)
  return plain(503, 'not taken, please send it again', { 'retry-after': '30' })
}

/** The message of an unforeseen error may quote what was sent; its class does not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

function plain(status: number, line: string, headers: Record<string, string>): WebhookAnswer {
  return {
    status,
    body: `${line}\n`,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  }
}
