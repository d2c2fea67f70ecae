import { randomUUID } from 'node:crypto'
import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import {
  type ChangeKind,
  type RecordChange,
  type RecordRef,
  type RecordType,
  toEventId,
} from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { parseJson } from '../../support/json.ts'
import { badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { customerIdsIn } from '../write-back.ts'
import { isOwnWrite } from './own-write.ts'
import type { Properties } from './properties.ts'
import { headSchema, webhookV1Schema, webhookV2Schema } from './schemas.ts'
import { pipedriveObject, toSnapshot } from './to-customer.ts'

const recordTypes: ReadonlyMap<string, RecordType> = new Map([
  ['person', 'contact'],
  ['organization', 'company'],
])

const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  // v2
  ['create', 'changed'],
  ['change', 'changed'],
  ['delete', 'deleted'],
  // v1. The format of a v1 merge is not documented, but reading the record back reveals it.
  ['added', 'changed'],
  ['updated', 'changed'],
  ['merged', 'changed'],
  ['deleted', 'deleted'],
])

type Settings = {
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
}
type Followed = { readonly recordType: RecordType; readonly kind: ChangeKind; readonly action: string }

/**
 * The change in a Pipedrive webhook, v2 or legacy v1. Ignored where it changed nothing but fields that we write ids into, which v2
 * tells. Throws WebhookRejected 400 when it is neither.
 */
export function readPipedriveChanges(request: WebhookRequest, settings: Settings = {}): ReadChanges {
  const body = parseJson(request.body)
  const head = headSchema.safeParse(body)
  if (!head.success) throw badShape(head.error)
  const { entity, object, action } = head.data.meta
  const recordType = recordTypes.get(entity ?? object ?? '')
  const kind = kinds.get(action)
  if (!recordType || !kind) return { changes: [], ignored: 1, unknownFields: [] }
  const read = entity === undefined ? readV1 : readV2
  const change = read(body, { recordType, kind, action }, settings)
  return { changes: change ? [change] : [], ignored: change ? 0 : 1, unknownFields: [] }
}

function readV2(
  body: unknown,
  { recordType, kind, action }: Followed,
  settings: Settings,
): RecordChange | undefined {
  const { meta, data, previous } = parsed(webhookV2Schema.safeParse(body))
  const ref: RecordRef = {
    source: 'pipedrive',
    account: meta.company_id,
    recordType,
    recordId: meta.entity_id,
  }
  const event = {
    eventId: toEventId(meta.id ?? nameless(ref, action, exactTime(meta.timestamp))),
    occurredAt: toIsoTime(meta.timestamp),
  }
  if (kind === 'deleted') {
    const survivor = otherId(meta.merged_to_id, ref.recordId)
    return survivor === undefined
      ? { ...ref, ...event, kind }
      : { ...ref, ...event, recordId: survivor, kind: 'merged', mergedIds: [ref.recordId] }
  }
  const loser = otherId(meta.merged_from_id, ref.recordId)
  if (action === 'change' && !loser && isOwnWrite(previous, recordType, settings.writeBack)) return undefined
  const merge = loser === undefined ? { kind } : ({ kind: 'merged', mergedIds: [loser] } as const)
  return { ...ref, ...event, ...merge, ...snapshotFrom(data, recordType, settings) }
}

function readV1(body: unknown, { recordType, kind, action }: Followed, settings: Settings): RecordChange {
  const { meta, current } = parsed(webhookV1Schema.safeParse(body))
  const { id, company_id: account, timestamp, timestamp_milli: millis, timestamp_micro: micros } = meta
  const seconds = Number(timestamp ?? Number.NaN)
  const ref: RecordRef = { source: 'pipedrive', account, recordType, recordId: id }
  return {
    ...ref,
    kind,
    eventId: toEventId(nameless(ref, action, micros ?? millis)),
    occurredAt: toIsoTime(Number(millis ?? seconds * 1000)),
    ...(kind === 'changed' && action !== 'merged' && snapshotFrom(current, recordType, settings)),
  }
}

/**
 * The id of an event that has none of its own (v1 never has): the record and the time. Without an exact time, two
 * changes within a second would be identical, so each delivery counts as a separate event.
 */
function nameless(
  { account, recordType, recordId }: RecordRef,
  action: string,
  time: string | number | null | undefined,
): string {
  return [account, recordType, recordId, action, time || randomUUID()].join(':')
}

/** v2 times have milliseconds. */
function exactTime(timestamp: string | number | null | undefined): string | undefined {
  return typeof timestamp === 'string' && /\.\d/.test(timestamp) ? timestamp : undefined
}

function snapshotFrom(
  record: Readonly<Record<string, unknown>> | null | undefined,
  recordType: RecordType,
  { fields, writeBack }: Settings,
): Pick<RecordChange, 'snapshot'> {
  const object = pipedriveObject(recordType, fields)
  // Webhooks leave out custom fields, so that one that is missing is not known to be empty.
  const idsOf = (properties: Properties) =>
    customerIdsIn(writeBack, recordType, (name) => properties.get(name))
  const snapshot = record && object ? toSnapshot(record, object, idsOf) : undefined
  return snapshot ? { snapshot } : {}
}

function otherId(id: string | null | undefined, ownId: string): string | undefined {
  return !id || id === '0' || id === ownId ? undefined : id
}

function parsed<T>(
  result: { success: true; data: T } | { success: false; error: Parameters<typeof badShape>[0] },
): T {
  if (result.success) return result.data
  throw badShape(result.error)
}
