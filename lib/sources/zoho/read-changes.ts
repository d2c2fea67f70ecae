import { randomUUID } from 'node:crypto'
import { type ChangeKind, type RecordChange, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { numericIdSchema } from '../record-id.ts'
import { headSchema, notificationSchema } from './schemas.ts'
import { recordTypeOf } from './to-customer.ts'

/** Zoho documents no limit. */
const maxIds = 1000

/**
 * `insert` and `update` on the wire, `create` and `edit` in places. Whether Zoho names other operations, such as the one
 * that restores a record, is not documented: a record of a followed module is read whatever happened to it.
 */
const kindOf = (operation: string): ChangeKind => (operation === 'delete' ? 'deleted' : 'changed')

/**
 * The changes in a notification, one for each of its records. An id that cannot be read does not affect the others; it is
 * counted as ignored. Throws WebhookRejected 400 when the body is no notification, or none of its ids can be read.
 */
export function readZohoChanges(request: WebhookRequest): ReadChanges {
  const body = parseJson(request.body)
  const head = headSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const { module, operation } = head.data
  const recordType = recordTypeOf(module)
  if (!recordType) return { changes: [], ignored: 1, unknownFields: [] }
  const notification = notificationSchema.safeParse(body)
  if (!notification.success) throw badShape(notification.error)
  const { ids: given, channel_id: channel, server_time: serverTime } = notification.data
  if (given.length > maxIds) throw badFormat('ids', `expected at most ${maxIds} ids`)
  const ids = given.flatMap((id) => numericIdSchema.safeParse(id).data ?? [])
  if (ids.length === 0 && given.length > 0) throw badFormat('ids', 'expected digits')
  const occurredAt = toIsoTime(serverTime)
  const changes = [...new Set(ids)].map((recordId): RecordChange => {
    // Zoho gives its notifications no id. Without a time, two of them cannot be told apart.
    const parts = [channel ?? '', module, operation, recordId, serverTime || randomUUID()]
    return {
      // Notifications name no organization.
      ...{ source: 'zoho', account: 'default', recordType, recordId },
      kind: kindOf(operation),
      eventId: toEventId(parts.join('|')),
      occurredAt,
    }
  })
  return { changes, ignored: given.length === 0 ? 1 : given.length - ids.length, unknownFields: [] }
}
