import { randomUUID } from 'node:crypto'
import { toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badShape } from '../bad-format.ts'
import { followedType, readCustomerEvent, readTime } from '../generic/read-event.ts'
import { eventBodySchema, eventHeadSchema } from './schemas.ts'
import { messageId } from './signature.ts'

/**
 * The change in an event `{type, timestamp, data}`. If `data` holds more than ids, it becomes a snapshot. Throws
 * WebhookRejected 400 that names the field. `canFetch`: whether a customer too large for the queue can be read back.
 */
export function readStandardWebhook(request: WebhookRequest, canFetch: boolean): ReadChanges {
  const body = parseJson(request.body)
  const head = eventHeadSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const followed = followedType(head.data.type)
  if (!followed) return { changes: [], ignored: 1, unknownFields: [] }
  const parsed = eventBodySchema.safeParse(body)
  if (!parsed.success) throw badShape(parsed.error)
  const { timestamp, data } = parsed.data
  const event = {
    source: 'standard-webhooks',
    ...followed,
    eventId: toEventId(messageId(request) ?? randomUUID()),
    occurredAt: readTime(timestamp, 'timestamp'),
    data,
  }
  return readCustomerEvent(event, canFetch)
}
