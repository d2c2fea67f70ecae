import { combineChanges, groupByRecord, type RecordGroup } from '../messages/combine-changes.ts'
import { sealSnapshot } from '../messages/sealed-snapshot.ts'
import { withBelievableTimes } from '../model/believable-times.ts'
import {
  type CustomerChange,
  inParts,
  type RecordChange,
  type Snapshot,
  type SourceName,
} from '../model/change.ts'
import { Misconfigured, RetryLater, SyncError, WebhookRejected } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { CrmSource, WebhookRequest } from '../ports/crm-source.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { ChangeQueue } from '../ports/queues.ts'
import type { Sealer } from '../ports/sealer.ts'

/** 1 MiB, as contract.md says. */
const maxBodyBytes = 1024 * 1024

export type WebhookAnswer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export type ReceiveDeps = {
  /** Whether there is a source of that name; what is not may not be written to a log. */
  readonly isSource: (name: string) => boolean
  /** The source of that name, or null where it is switched off. Throws RetryLater when its secrets cannot be had. */
  readonly source: (name: SourceName) => Promise<CrmSource | null>
  readonly queue: ChangeQueue
  readonly sealer: Sealer
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
    const { changes, ignored, unknownFields } = await readMessages(source, request, deps)
    if (changes.length > 0) await deps.queue.send(changes)
    metrics.count('WebhooksAccepted')
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

async function findSource(name: string, { isSource, source }: ReceiveDeps): Promise<CrmSource> {
  const found = isSource(name) ? await source(name) : null
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

async function readMessages(source: CrmSource, request: WebhookRequest, deps: ReceiveDeps) {
  const { changes, ...counts } = readChanges(source, request, deps)
  return { changes: await toMessages(changes, source, request.receivedAt, deps), ...counts }
}

function readChanges(source: CrmSource, request: WebhookRequest, { log, metrics }: ReceiveDeps) {
  try {
    return source.readChanges(request)
  } catch (error) {
    if (!(error instanceof WebhookRejected) || source.badFormatStatus !== 200) throw error
    // This CRM bans endpoints that answer 4xx, and sending the same body again would not help: log an error, answer success.
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
async function toMessages(
  changes: readonly RecordChange[],
  source: CrmSource,
  receivedAt: Date,
  deps: ReceiveDeps,
): Promise<CustomerChange[]> {
  const time = receivedAt.toISOString()
  const believable = changes.map((change) => withBelievableTimes(change, time))
  const groups = groupByRecord(believable, (it) => it)
  const messages = await Promise.all(groups.map((group) => toMessage(group, source, time, deps)))
  return messages.flatMap((message) => inParts(message))
}

async function toMessage(
  group: RecordGroup<RecordChange>,
  source: CrmSource,
  receivedAt: string,
  deps: ReceiveDeps,
): Promise<CustomerChange> {
  const { eventIds, snapshot, isWhole, occurredAt, mergedIds, saidDeleted, ...change } =
    combineChanges<Snapshot>(group)
  const travels = snapshot && (isWhole || !source.canFetch)
  const sealedSnapshot = travels && (await sealed(snapshot, source, deps))
  return {
    ...change,
    v: 1,
    eventId: eventIds.length === 1 ? String(eventIds[0]) : fingerprint(eventIds.toSorted()),
    receivedAt,
    ...(occurredAt !== undefined && { occurredAt }),
    ...(mergedIds.length > 0 && { mergedIds: [...mergedIds] }),
    ...(saidDeleted && change.kind !== 'deleted' && { saidDeleted }),
    ...(sealedSnapshot && { sealedSnapshot }),
  }
}

/** Without a key the record is read back where it can be; where it cannot, the CRM must send it again. */
async function sealed(
  snapshot: Snapshot,
  source: CrmSource,
  { sealer, log }: ReceiveDeps,
): Promise<string | undefined> {
  try {
    return await sealSnapshot(snapshot, sealer)
  } catch (error) {
    if (!source.canFetch || !(error instanceof Misconfigured)) throw error
    log.error('snapshot dropped, the record will be read from the CRM', {
      source: source.name,
      code: error.code,
      reason: error.message,
    })
    return undefined
  }
}

function refuse(error: unknown, sourceName: string, { isSource, log, metrics }: ReceiveDeps): WebhookAnswer {
  if (error instanceof WebhookRejected) {
    metrics.count('WebhooksRefused')
    log.warn('webhook refused', {
      source: isSource(sourceName) ? sourceName : 'unknown',
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
