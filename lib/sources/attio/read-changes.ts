import { randomUUID } from 'node:crypto'
import { type ChangeKind, type RecordChange, toEventId } from '../../core/model/change.ts'
import type { WebhookRejected } from '../../core/model/errors.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badShape } from '../bad-format.ts'
import { announcedId } from './announced-record.ts'
import { type AttioEvent, deliverySchema, eventHeadSchema, eventSchema } from './schemas.ts'

/**
 * The record that remains after a merge is always `id.record_id`, and `duplicate_record_id` is one that is gone: the reference
 * used to say that the duplicate goes into the original, and now says that both originals go into a new record, with one event
 * each.
 */
const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['record.created', 'changed'],
  ['record.updated', 'changed'],
  ['record.deleted', 'deleted'],
  ['record.merged', 'merged'],
])

/**
 * The changes in a delivery of Attio (https://docs.attio.com/rest-api/webhook-reference). One unreadable event does not affect the
 * others; it is counted as ignored. Throws WebhookRejected 400 when the body is not a delivery, or when none of its events can
 * be read.
 */
export function readAttioChanges(request: WebhookRequest): ReadChanges {
  const delivery = deliverySchema.safeParse(parseJson(request.body))
  if (!delivery.success) throw badShape(delivery.error)
  const { events } = delivery.data
  const deliveryId = request.headers['idempotency-key'] || randomUUID()
  const changes: RecordChange[] = []
  let firstBad: WebhookRejected | undefined
  for (const [index, event] of events.entries()) {
    const change = readEvent(event, `${deliveryId}:${index}`, `event ${index}`)
    if (change instanceof Error) firstBad ??= change
    else if (change) changes.push(change)
  }
  if (firstBad && changes.length === 0) throw firstBad
  return { changes, ignored: events.length - changes.length, unknownFields: [] }
}

/** The change; undefined for an event that is not followed; the error when it cannot be read. */
function readEvent(
  raw: unknown,
  deliveredAs: string,
  place: string,
): RecordChange | WebhookRejected | undefined {
  const head = eventHeadSchema.safeParse(raw)
  if (!head.success) return badShape(head.error, place)
  const kind = kinds.get(head.data.event_type)
  if (!kind) return undefined
  const event = eventSchema.safeParse(raw)
  if (!event.success) return badShape(event.error, place)
  const { id } = event.data
  return {
    source: 'attio',
    account: id.workspace_id,
    // Of a related record, the type says nothing.
    recordType: 'contact',
    recordId: announcedId(kind, event.data),
    kind: 'related',
    eventId: eventIdOf(event.data, head.data.event_type, deliveredAs),
  }
}

/** Events have neither an id nor a time. `Idempotency-Key` is the same when a delivery is repeated, and differs between any two. */
function eventIdOf({ id, duplicate_record_id }: AttioEvent, type: string, deliveredAs: string): string {
  const parts = [deliveredAs, type, id.record_id, id.attribute_id ?? duplicate_record_id]
  return toEventId(parts.filter(Boolean).join(':'))
}
