import { randomUUID } from 'node:crypto'
import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { type RecordChange, type RecordRef, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { sha256 } from '../../support/hmac.ts'
import { parseJson } from '../../support/json.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { propertiesOf } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { snapshotOf } from '../snapshot.ts'
import { webhookSchema } from './schemas.ts'
import { odooFields, toCustomer } from './to-customer.ts'

type Options = {
  /** Whether records can be read from the API. Otherwise the webhook's fields are the customer. */
  readonly canFetch: boolean
  readonly fields?: FieldOverrides | undefined
}

/**
 * The change in the webhook of an automation rule. A rule "on deletion" sends the same body as any other: its URL ends with
 * `&event=deleted`. Throws WebhookRejected 400 when the body is not Odoo's.
 */
export function readOdooChanges(request: WebhookRequest, options: Options): ReadChanges {
  const parsed = webhookSchema.safeParse(parseJson(request.body))
  if (!parsed.success) throw badShape(parsed.error)
  const { _model: model, _id: recordId, ...fields } = parsed.data
  if (model !== 'res.partner') return { changes: [], ignored: 1, unknownFields: [] }
  const ref: RecordRef = { source: 'odoo', account: 'default', recordType: 'contact', recordId }
  const isDeletion = new URLSearchParams(request.query).get('event') === 'deleted'
  const change = isDeletion
    ? deletion(ref, request, options)
    : written(ref, { ...fields, ...timeOf(fields.write_date) }, request, options)
  return { changes: [change], ignored: 0, unknownFields: [] }
}

/**
 * Sent before the record is deleted. `write_date` is that of the last change before, so where the record can be read, the
 * deletion has no time: reading tells whether it was committed.
 */
function deletion(ref: RecordRef, { receivedAt }: WebhookRequest, { canFetch }: Options): RecordChange {
  const eventId = `${ref.recordId}:deleted:${randomUUID()}`
  return { ...ref, kind: 'deleted', eventId, ...(!canFetch && { occurredAt: receivedAt.toISOString() }) }
}

type Written = { readonly occurredAt?: string } & Readonly<Record<string, unknown>>

function written(
  ref: RecordRef,
  { occurredAt, ...fields }: Written,
  request: WebhookRequest,
  { canFetch, fields: overrides }: Options,
): RecordChange {
  const time = fields['write_date']
  // Several writes of one transaction have the same time: the event is also known by what was written.
  const isExact = typeof time === 'string' && /\.\d/.test(time)
  const mark = isExact
    ? `${time.replace(' ', 'T')}:${sha256(request.body).toString('base64url')}`
    : randomUUID()
  const change: RecordChange = {
    ...ref,
    kind: 'changed',
    eventId: toEventId(`${ref.recordId}:${mark}`),
    occurredAt,
  }
  const map = odooFields(overrides)
  const holdsCustomer = propertiesOf(map).some((name) => fields[name] !== undefined)
  if (canFetch || !holdsCustomer) return change
  // Without a time of Odoo's, the order of arrival decides: Odoo waits for the answer before it goes on.
  const version = occurredAt ?? request.receivedAt.toISOString()
  const snapshot = snapshotOf(toCustomer(fields, map), version)
  if (!snapshot) throw badFormat('the body', 'expected at most 40,000 characters')
  return { ...change, snapshot }
}

/** In UTC, with microseconds unless these are zero; `false` is no time. */
function timeOf(writeDate: string | false | null | undefined): { readonly occurredAt?: string } {
  if (!writeDate) return {}
  const occurredAt = toIsoTime(writeDate)
  if (occurredAt === undefined)
    throw badFormat('write_date', 'expected a time such as 2026-03-02 09:30:12.418225')
  return { occurredAt }
}
