import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { type ChangeKind, type RecordChange, type RecordType, toEventId } from '../../core/model/change.ts'
import type { ReadChanges, WebhookRequest } from '../../core/ports/crm-source.ts'
import { badShape } from '../bad-format.ts'
import { type Form, parseForm } from '../form-body.ts'
import { recordTypeOf, requisiteTypeId, toRequisiteRef } from './entities.ts'
import { addressEventSchema, headSchema, recordEventSchema } from './schemas.ts'

type Concerned = { readonly recordType: RecordType; readonly recordId: string; readonly kind: ChangeKind }

const recordTypes: ReadonlyMap<string, RecordType> = new Map([
  ['LEAD', 'lead'],
  ['CONTACT', 'contact'],
  ['COMPANY', 'company'],
])
const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['ADD', 'changed'],
  ['UPDATE', 'changed'],
  ['DELETE', 'deleted'],
])

/**
 * The change in a Bitrix24 webhook: of a lead, a contact, a company, or of an address or a requisite of one. `ts` is when
 * Bitrix24 sent the event, not when the record changed, so it is no time of the change. Throws WebhookRejected 400.
 */
export function readBitrix24Changes({ body, receivedAt }: WebhookRequest): ReadChanges {
  const form = parseForm(body)
  // The events of requisites and addresses are documented in mixed case.
  const event = parsed(headSchema, form).event.toUpperCase()
  const read = readerOf(event)
  const found = read?.(form)
  if (!found) return { changes: [], ignored: 1, unknownFields: [] }
  const { concerned, account, ts } = found
  const change: RecordChange = {
    source: 'bitrix24',
    account,
    ...concerned,
    eventId: toEventId(
      [account, event, concerned.recordId, ts || randomUUID(), receivedAt.getTime()].join(':'),
    ),
  }
  return { changes: [change], ignored: 0, unknownFields: [] }
}

type Found = { readonly concerned: Concerned; readonly account: string; readonly ts: string | undefined }
type Reader = (form: Form) => Found | undefined

function readerOf(event: string): Reader | undefined {
  const [, name = '', action = ''] = /^ONCRM(LEAD|CONTACT|COMPANY)(ADD|UPDATE|DELETE)$/.exec(event) ?? []
  const recordType = recordTypes.get(name)
  const kind = kinds.get(action)
  if (recordType && kind) return (form) => readRecord(form, (recordId) => ({ recordType, recordId, kind }))
  // A requisite that was deleted does not say whose it was.
  if (/^ONCRMREQUISITE(ADD|UPDATE)$/.test(event)) return (form) => readRecord(form, ofRequisite)
  if (/^ONCRMADDRESS(REGISTER|UNREGISTER)$/.test(event)) return readAddress
  return undefined
}

function readRecord(form: Form, concernedBy: (id: string) => Concerned): Found {
  const { data, auth, ts } = parsed(recordEventSchema, form)
  return { concerned: concernedBy(data.FIELDS.ID), account: auth.member_id, ts }
}

function readAddress(form: Form): Found | undefined {
  const { data, auth, ts } = parsed(addressEventSchema, form)
  const { ANCHOR_TYPE_ID, ANCHOR_ID, ENTITY_TYPE_ID, ENTITY_ID } = data.FIELDS
  const concerned =
    changedRecord(ANCHOR_TYPE_ID, ANCHOR_ID) ??
    changedRecord(ENTITY_TYPE_ID, ENTITY_ID) ??
    (ENTITY_TYPE_ID === String(requisiteTypeId) && ENTITY_ID ? ofRequisite(ENTITY_ID) : undefined)
  return concerned && { concerned, account: auth.member_id, ts }
}

function changedRecord(entityTypeId: string | undefined, id: string | undefined): Concerned | undefined {
  const recordType = recordTypeOf(entityTypeId)
  return recordType && id && id !== '0' ? { recordType, recordId: id, kind: 'changed' } : undefined
}

/** Whose it is has to be asked. The record type is not known yet. */
function ofRequisite(id: string): Concerned {
  return { recordType: 'contact', recordId: toRequisiteRef(id), kind: 'related' }
}

function parsed<T>(schema: z.ZodType<T>, form: Form): T {
  const { success, data, error } = schema.safeParse(form)
  if (success) return data
  throw badShape(error)
}
