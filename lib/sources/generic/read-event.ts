import type { ChangeKind, RecordChange, RecordType } from '../../core/model/change.ts'
import type { ReadChanges } from '../../core/ports/crm-source.ts'
import { isObject } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'
import { type CustomerData, documentSchema, mergedDocumentSchema } from './schemas.ts'
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

/** What a type such as `contact.created` says; undefined for a type that is not followed. */
export function followedType(type: string): Pick<RecordChange, 'recordType' | 'kind'> | undefined {
  const [object = '', action = '', ...more] = type.split('.')
  const recordType = recordTypes.get(object)
  const kind = kinds.get(action)
  return recordType && kind && more.length === 0 ? { recordType, kind } : undefined
}

/** An event whose type is followed. */
type CustomerEvent = Pick<RecordChange, 'source' | 'recordType' | 'kind' | 'eventId'> & {
  /** The customer document, as its sender wrote it. */
  readonly data: unknown
  /** When it happened, ISO 8601; undefined when the event does not say. */
  readonly occurredAt: string | undefined
}

/**
 * The change in an event about a customer document. If the document holds more than ids, it becomes a snapshot. Throws
 * WebhookRejected 400 that names the field. `canFetch`: whether a customer that cannot become a snapshot can be read back.
 */
export function readCustomerEvent(event: CustomerEvent, canFetch: boolean): ReadChanges {
  const { source, recordType, kind, eventId, occurredAt } = event
  const { data, mergedIds, unknown } = documentIn(event)
  const change: RecordChange = {
    source,
    account: data.account ?? 'default',
    recordType,
    recordId: data.id,
    kind,
    eventId,
    occurredAt,
    ...(mergedIds.length > 0 && { mergedIds }),
    ...(withSnapshot.has(kind) && snapshotFrom(data, occurredAt, canFetch)),
  }
  return { changes: [change], ignored: 0, unknownFields: unknown }
}

/** The text as ISO 8601 in UTC. Throws WebhookRejected 400 that names the field. */
export function readTime(text: string, field: string): string {
  const iso = toIsoTime(text)
  if (iso === undefined) throw badFormat(field, 'expected an ISO 8601 time such as 2026-03-01T09:30:00Z')
  return iso
}

type Document = {
  readonly data: CustomerData
  readonly mergedIds: readonly string[]
  readonly unknown: readonly string[]
}

function documentIn({ kind, data: given }: CustomerEvent): Document {
  const schema = kind === 'merged' ? mergedDocumentSchema : documentSchema
  const parsed = schema.safeParse({ data: given })
  if (!parsed.success) throw badShape(parsed.error)
  const { data } = parsed.data
  const losers = 'mergedIds' in data ? (data.mergedIds as readonly string[]) : []
  const mergedIds = [...new Set(losers)].filter((id) => id !== data.id)
  if (kind === 'merged' && mergedIds.length === 0) {
    throw badFormat('data.mergedIds', 'expected the ids of other records')
  }
  return { data, mergedIds, unknown: unknownFields(isObject(given) && given, schema.shape.data, 'data') }
}

function snapshotFrom(
  data: CustomerData,
  occurredAt: string | undefined,
  canFetch: boolean,
): Pick<RecordChange, 'snapshot'> {
  const customer = toCustomer(data)
  if (!customer) return {}
  const version = data.updatedAt ? readTime(data.updatedAt, 'data.updatedAt') : occurredAt
  const snapshot = snapshotOf(customer, version)
  if (snapshot) return { snapshot }
  if (canFetch) return {}
  throw version === undefined
    ? badFormat('data.updatedAt', 'expected a time, because the event has none')
    : badFormat('data', 'expected at most 40,000 characters')
}
