import { randomUUID } from 'node:crypto'
import {
  type ChangeKind,
  type RecordChange,
  type RecordRef,
  type RecordType,
  toEventId,
} from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { isObject, parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'
import { type CustomerData, eventHeadSchema, eventSchema, mergedEventSchema } from './schemas.ts'
import { messageId } from './signature.ts'
import { toCustomer } from './to-customer.ts'
import { unknownFields } from './unknown-fields.ts'

const recordTypes: ReadonlyMap<string, RecordType> = new Map([
  ['contact', 'contact'],
  ['company', 'company'],
  ['lead', 'lead'],
])

const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['created', 'changed'],
  ['updated', 'changed'],
  ['restored', 'restored'],
  ['deleted', 'deleted'],
  ['merged', 'merged'],
  ['erased', 'erased'],
])

const withSnapshot: ReadonlySet<ChangeKind> = new Set(['changed', 'restored', 'merged'])

/**
 * The change in an event `{type, timestamp, data}`. If `data` holds more than ids, it becomes a snapshot. Throws
 * WebhookRejected 400 that names the field. `canFetch`: whether a customer too large for the queue can be read back.
 */
export function readStandardWebhook(request: WebhookRequest, canFetch: boolean): ReadChanges {
  const body = parseJson(request.body)
  const head = eventHeadSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const [object = '', action = '', ...more] = head.data.type.split('.')
  const recordType = recordTypes.get(object)
  const kind = kinds.get(action)
  if (!recordType || !kind || more.length > 0) return { changes: [], ignored: 1, unknownFields: [] }
  const { timestamp, data, mergedIds, unknown } = eventFrom(body, kind)
  const ref: RecordRef = {
    source: 'standard-webhooks',
    account: data.account ?? 'default',
    recordType,
    recordId: data.id,
  }
  const change: RecordChange = {
    ...ref,
    kind,
    eventId: toEventId(messageId(request) ?? randomUUID()),
    occurredAt: timestamp,
    ...(mergedIds.length > 0 && { mergedIds }),
    ...(withSnapshot.has(kind) && snapshotFrom(data, timestamp, canFetch)),
  }
  return { changes: [change], ignored: 0, unknownFields: unknown }
}

type Event = {
  readonly timestamp: string
  readonly data: CustomerData
  readonly mergedIds: readonly string[]
  readonly unknown: readonly string[]
}

function eventFrom(body: unknown, kind: ChangeKind): Event {
  const schema = kind === 'merged' ? mergedEventSchema : eventSchema
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw badShape(parsed.error)
  const { data } = parsed.data
  const losers = 'mergedIds' in data ? (data.mergedIds as readonly string[]) : []
  const mergedIds = [...new Set(losers)].filter((id) => id !== data.id)
  if (kind === 'merged' && mergedIds.length === 0) {
    throw badFormat('data.mergedIds', 'expected the ids of other records')
  }
  const unknown = unknownFields(isObject(body) && body['data'], schema.shape.data, 'data')
  return { timestamp: time(parsed.data.timestamp, 'timestamp'), data, mergedIds, unknown }
}

function snapshotFrom(
  data: CustomerData,
  timestamp: string,
  canFetch: boolean,
): Pick<RecordChange, 'snapshot'> {
  const customer = toCustomer(data)
  if (!customer) return {}
  const version = data.updatedAt ? time(data.updatedAt, 'data.updatedAt') : timestamp
  const snapshot = snapshotOf(customer, version)
  if (!snapshot && !canFetch) throw badFormat('data', 'expected at most 40,000 characters')
  return snapshot ? { snapshot } : {}
}

function time(text: string, place: string): string {
  const iso = toIsoTime(text)
  if (iso === undefined) throw badFormat(place, 'expected an ISO 8601 time such as 2026-03-01T09:30:00Z')
  return iso
}
