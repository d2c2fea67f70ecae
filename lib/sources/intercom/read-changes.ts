import { randomUUID } from 'node:crypto'
import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { type ChangeKind, type RecordChange, type RecordType, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badShape } from '../bad-format.ts'
import { headSchema, notificationSchema } from './schemas.ts'
import { intercomObject, toSnapshot, wholeSeconds } from './to-customer.ts'

type Followed = {
  readonly recordType: RecordType
  readonly kind: ChangeKind
  /** Whether its item is the whole record. */
  readonly isWhole?: true
}

const contactChanged = { recordType: 'contact', kind: 'changed', isWhole: true } as const

/**
 * The topics that are followed (https://developers.intercom.com/docs/references/webhooks/webhook-models). Which of the two
 * contacts `contact.merged` is about is not documented, so its item is read back: the old one answers with the one it was
 * merged into, the surviving one with those merged into it. An archived contact can be unarchived, so it counts as deleted.
 */
const topics: ReadonlyMap<string, Followed> = new Map<string, Followed>([
  ['contact.user.created', contactChanged],
  ['contact.user.updated', contactChanged],
  ['contact.lead.created', contactChanged],
  ['contact.lead.updated', contactChanged],
  ['contact.lead.added_email', contactChanged],
  ['contact.lead.signed_up', contactChanged],
  ['contact.email.updated', contactChanged],
  ['contact.merged', { recordType: 'contact', kind: 'changed' }],
  ['contact.deleted', { recordType: 'contact', kind: 'deleted' }],
  ['contact.archived', { recordType: 'contact', kind: 'deleted' }],
  ['contact.unarchived', { recordType: 'contact', kind: 'restored' }],
  ['company.created', { recordType: 'company', kind: 'changed' }],
  ['company.updated', { recordType: 'company', kind: 'changed' }],
  ['company.deleted', { recordType: 'company', kind: 'deleted' }],
])

/** The change in a notification; none in a `ping` and in other topics. Throws WebhookRejected 400 when it is no notification. */
export function readIntercomChanges(request: WebhookRequest, fields?: FieldOverrides): ReadChanges {
  const body = parseJson(request.body)
  const head = headSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const followed = topics.get(head.data.topic)
  if (!followed) return { changes: [], ignored: 1, unknownFields: [] }
  const parsed = notificationSchema.safeParse(body)
  if (!parsed.success) throw badShape(parsed.error)
  const { recordType, kind, isWhole } = followed
  const { id, app_id: account, created_at: sentAt, data } = parsed.data
  const { item } = data
  const object = isWhole && intercomObject(recordType, fields)
  const snapshot = object ? toSnapshot(item, object) : undefined
  const change: RecordChange = {
    source: 'intercom',
    account,
    recordType,
    recordId: item.id,
    kind,
    // The same when the notification is sent again.
    eventId: toEventId(id ?? randomUUID()),
    // `created_at` is that of the notification: up to a second after the change.
    occurredAt: (isWhole && wholeSeconds(item['updated_at'])) || wholeSeconds(sentAt),
    ...(snapshot && { snapshot }),
  }
  return { changes: [change], ignored: 0, unknownFields: [] }
}
