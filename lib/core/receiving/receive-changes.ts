import type { SourceName } from '../model/change.ts'
import { WebhookRejected } from '../model/errors.ts'
import type { CrmSource, ReadChanges, WebhookDoor, WebhookRequest } from '../ports/crm-source.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { ChangeQueue } from '../ports/queues.ts'
import type { Sealer } from '../ports/sealer.ts'
import { accept, isSuccess, refusals, type WebhookAnswer } from '../ports/webhook-answers.ts'
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
    const checked = request.method === 'POST' ? null : checkedUrl(door, request)
    if (checked) return checked
    checkRequest(door, request)
    door.verify(request)
    const { answer, ...read } = await readChanges(source, request, deps)
    const messages = await toMessages(read.changes, source, request.receivedAt, deps)
    if (messages.length > 0) await deps.queue.send(messages)
    reportAccepted(source, messages, read, deps)
    return accept(answer, door.answers)
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
    refusals.unknownSource,
    'UNKNOWN_SOURCE',
    'there is no such source, or it is switched off in sync.config.ts',
  )
}

/** The answer to a CRM that checks the URL before it sends a webhook. */
function checkedUrl({ answers, handshake }: WebhookDoor, request: WebhookRequest): WebhookAnswer | null {
  if (request.method === 'HEAD' && isSuccess(answers.head)) return accept(answers.head, answers)
  return handshake?.(request) ?? null
}

/** The changes, and the status that answers them once they are on the queue. */
type ReadRequest = ReadChanges & { readonly answer: 200 | 202 }

async function readChanges(
  { name, door }: ReceivingSource,
  request: WebhookRequest,
  { log, metrics }: ReceiveDeps,
): Promise<ReadRequest> {
  const { answers } = door
  try {
    const read = await door.readChanges(request)
    return { ...read, answer: read.changes.length > 0 ? answers.queued : answers.ignored }
  } catch (error) {
    if (!(error instanceof WebhookRejected) || error.status !== refusals.unreadable) throw error
    const { code, message } = error
    if (!isSuccess(answers.unreadable)) throw new WebhookRejected(answers.unreadable, code, message)
    metrics.count('WebhooksUnreadable')
    log.error(logMessages.webhookUnreadable, { source: name, code, reason: message })
    return { changes: [], ignored: 0, unknownFields: [], answer: answers.unreadable }
  }
}
