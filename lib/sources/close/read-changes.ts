import { randomUUID } from 'node:crypto'
import { type ChangeKind, type RecordChange, type RecordType, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { headSchema, webhookSchema } from './schemas.ts'

type Followed = { readonly recordType: RecordType; readonly kind: ChangeKind }

/**
 * https://developer.close.com/api/resources/events/list-of-event-types. A deleted lead has no entry: its contacts have deletions
 * of their own. A merge names the lead that remains, which then has the contacts of both.
 */
const followed: ReadonlyMap<string, Followed> = new Map([
  ['contact.created', { recordType: 'contact', kind: 'changed' }],
  ['contact.updated', { recordType: 'contact', kind: 'changed' }],
  ['contact.deleted', { recordType: 'contact', kind: 'deleted' }],
  ['lead.created', { recordType: 'lead', kind: 'related' }],
  ['lead.updated', { recordType: 'lead', kind: 'related' }],
  ['lead.merged', { recordType: 'lead', kind: 'related' }],
])

/** The change in a webhook of Close. Throws WebhookRejected 400 when it is not one. */
export function readCloseChanges(request: WebhookRequest): ReadChanges {
  const body = parseJson(request.body)
  const head = headSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const { object_type, action } = head.data.event
  const what = followed.get(`${object_type}.${action}`)
  if (!what) return { changes: [], ignored: 1, unknownFields: [] }
  const webhook = webhookSchema.safeParse(body)
  if (!webhook.success) throw badShape(webhook.error)
  const { event } = webhook.data
  // A record's own time is a little before that of its event. Of a deletion, only the event's is known.
  const occurredAt = toIsoTime(what.kind === 'deleted' ? event.date_updated : event.data?.date_updated)
  const change: RecordChange = {
    source: 'close',
    account: event.organization_id,
    ...what,
    recordId: event.object_id,
    eventId: eventIdOf(event.id, event.date_updated),
    ...(what.kind !== 'related' && { occurredAt }),
  }
  return { changes: [change], ignored: 0, unknownFields: [] }
}

/** The id alone is not enough: an event that is updated keeps it. Without both, each delivery counts as an event of its own. */
function eventIdOf(id: string | null | undefined, updated: string | null | undefined): string {
  return toEventId(`${id ?? ''}:${(id && updated) || randomUUID()}`)
}
