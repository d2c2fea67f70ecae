import { offline as attio } from '../../../lib/sources/attio/offline.ts'
import { objectIds } from '../../../lib/sources/attio/sandbox.ts'
import { offline as bitrix24 } from '../../../lib/sources/bitrix24/offline.ts'
import { offline as close } from '../../../lib/sources/close/offline.ts'
import { offline as cloudevents } from '../../../lib/sources/cloudevents/offline.ts'
import { offline as dynamics } from '../../../lib/sources/dynamics/offline.ts'
import { offline as intercom } from '../../../lib/sources/intercom/offline.ts'
import { offline as odoo } from '../../../lib/sources/odoo/offline.ts'
import type { OfflineSource } from '../../../lib/sources/offline-definition.ts'
import { offline as pipedrive } from '../../../lib/sources/pipedrive/offline.ts'
import { offline as zoho } from '../../../lib/sources/zoho/offline.ts'
import type { Person } from '../people.ts'
import { salesforceVendor } from './salesforce.ts'
import { inSeconds, offlinePerson, type Told, type Vendor, wholeSecond } from './vendor.ts'

/** The webhook of a change as the offline half tells it, and the records that its API then returns. */
function tell(offline: OfflineSource, told: Pick<Told, 'number' | 'person'> & Partial<Told>, at: Date) {
  const { number, person, eventId = '', whole = true } = told
  return offline.tell(offlinePerson(number, person), { eventId, at, whole })
}

type Json = Readonly<Record<string, unknown>>
const bodyOf = (offline: OfflineSource, told: Told, at: Date) => tell(offline, told, at).body as Json
const recordsOf =
  (offline: OfflineSource, time: (version: Date) => Date = (version) => version): Vendor['alive'] =>
  (number, person, version) =>
    tell(offline, { number, person }, time(version)).records

const never: Vendor['merged'] = () => {
  throw new Error('this vendor’s API does not show merges')
}
const uuid = (prefix: string) => (number: number) => `${prefix}${String(number).padStart(12, '0')}`

const attioId = uuid('7b2e9f40-1c3d-4e5f-8a6b-')
const dynamicsId = uuid('c0a80000-0000-4000-8000-')
const contactOf = (body: Json) => (body['events'] as readonly Json[])[0] as Json

/** Intercom has no address: it is in attributes of the workspace's own, which the run's settings name. */
const withCity = (contact: Json, { city, country }: Person) => ({
  ...contact,
  custom_attributes: { city, country },
})

/** Every CRM besides HubSpot and the sender of customer documents, which simulation has in parts of its own. */
export const vendors: readonly Vendor[] = [
  {
    source: 'attio',
    offline: attio,
    account: attio.contract.account,
    idOf: attioId,
    has: ['merge'],
    showsMerges: false,
    isRead: true,
    isCoarse: false,
    isTimed: () => false,
    sentAhead: 0,
    lags: true,
    send(told) {
      const { kind, number, losers, occurredAt } = told
      const body = bodyOf(attio, told, occurredAt)
      const event = contactOf(body)
      const type = { deleted: 'record.deleted', merged: 'record.merged', created: 'record.created' }
      const event_type = (type as Readonly<Record<string, string>>)[kind] ?? 'record.updated'
      const id = { ...(event['id'] as Json), record_id: attioId(number) }
      const duplicates = kind === 'merged' ? losers : [undefined]
      const events = duplicates.map((loser) => ({
        ...{ ...event, event_type, id },
        ...(loser !== undefined && {
          duplicate_object_id: objectIds.people,
          duplicate_record_id: attioId(loser),
        }),
      }))
      return { to: 'webhook', body: { ...body, events } }
    },
    alive: recordsOf(attio),
    deleted: (number) => [{ object: 'people', id: attioId(number), deleted: true }],
    merged: (number, into) => [{ object: 'people', id: attioId(number), mergedInto: attioId(into) }],
  },
  {
    source: 'bitrix24',
    offline: bitrix24,
    account: bitrix24.contract.account,
    idOf: String,
    has: [],
    showsMerges: true,
    isRead: true,
    isCoarse: true,
    isTimed: () => false,
    sentAhead: 0,
    lags: false,
    send(told) {
      const event = { created: 'ONCRMCONTACTADD', deleted: 'ONCRMCONTACTDELETE' } as Json
      const body = bodyOf(bitrix24, told, told.occurredAt)
      return { to: 'webhook', body: { ...body, event: event[told.kind] ?? body['event'] } }
    },
    sendPart(told) {
      const body = bodyOf(bitrix24, told, told.occurredAt)
      const address = { TYPE_ID: '1', ENTITY_TYPE_ID: '8', ENTITY_ID: `${told.number * 10 + 3}` }
      // Also without the record that the requisite is of.
      const anchor = told.whole ? { ANCHOR_ID: String(told.number), ANCHOR_TYPE_ID: '3' } : {}
      const data = { FIELDS: { ...address, ...anchor } }
      return { to: 'webhook', body: { ...body, event: 'ONCRMADDRESSREGISTER', data } }
    },
    alive: recordsOf(bitrix24, wholeSecond),
    deleted: (number) => [{ object: 'contact', id: number, deleted: true }],
    merged: never,
  },
  {
    source: 'close',
    offline: close,
    account: close.contract.account,
    idOf: (number) => `cont_${number}`,
    has: [],
    showsMerges: true,
    isRead: true,
    isCoarse: false,
    isTimed: () => true,
    sentAhead: 0,
    lags: false,
    send(told) {
      const { kind, version, occurredAt } = told
      const body = bodyOf(close, told, kind === 'deleted' ? occurredAt : version)
      if (kind !== 'deleted') return { to: 'webhook', body }
      const event = { ...(body['event'] as Json), action: 'deleted', data: {}, changed_fields: [] }
      return { to: 'webhook', body: { ...body, event } }
    },
    // Addresses are those of the lead.
    sendPart(told) {
      const body = bodyOf(close, told, told.version)
      const { id, ...event } = body['event'] as Json
      const lead = { object_type: 'lead', object_id: `lead_${told.number}`, action: 'updated' }
      const data = { id: lead.object_id, date_updated: event['date_updated'] }
      return { to: 'webhook', body: { ...body, event: { ...event, ...lead, id: `${id}l`, data } } }
    },
    alive: recordsOf(close),
    deleted: (number, version) => [
      {
        object: 'contacts',
        id: `cont_${number}`,
        lead_id: `lead_${number}`,
        deleted: true,
        date_updated: version.toISOString(),
      },
    ],
    merged: never,
  },
  {
    source: 'cloudevents',
    offline: cloudevents,
    account: 'default',
    idOf: String,
    has: ['restore', 'erase', 'merge'],
    showsMerges: true,
    isRead: false,
    isCoarse: false,
    isTimed: () => true,
    sentAhead: 0,
    lags: true,
    send(told) {
      const { kind, number, losers, occurredAt } = told
      const body = bodyOf(cloudevents, told, occurredAt)
      const bare = kind === 'deleted' || kind === 'erased'
      const data = {
        ...(bare ? { id: String(number) } : (body['data'] as Json)),
        ...(kind === 'merged' && { mergedIds: losers.map(String) }),
        ...(!bare && { updatedAt: told.version.toISOString() }),
      }
      return { to: 'webhook', body: { ...body, type: `com.example.contact.${kind}`, data } }
    },
    alive: recordsOf(cloudevents),
    deleted: () => [],
    merged: () => [],
  },
  {
    source: 'dynamics',
    offline: dynamics,
    account: dynamics.contract.account,
    idOf: dynamicsId,
    has: ['restore', 'merge'],
    showsMerges: true,
    isRead: true,
    isCoarse: true,
    isTimed: (kind) => kind === 'created' || kind === 'updated',
    sentAhead: 0,
    lags: true,
    send(told) {
      const { kind, number, losers, version } = told
      const body = bodyOf(dynamics, told, wholeSecond(version))
      if (kind === 'created' || kind === 'updated') {
        return { to: 'webhook', body: { ...body, MessageName: kind === 'created' ? 'Create' : 'Update' } }
      }
      const message = { deleted: 'Delete', restored: 'Restore', merged: 'Merge' } as Json
      const target = { key: 'Target', value: { LogicalName: 'contact', Id: dynamicsId(number) } }
      const [loser] = losers
      const InputParameters = [
        target,
        ...(loser === undefined ? [] : [{ key: 'SubordinateId', value: dynamicsId(loser) }]),
      ]
      return { to: 'webhook', body: { ...body, MessageName: message[kind], InputParameters } }
    },
    alive: recordsOf(dynamics),
    deleted: (number, version) => [
      { table: 'contact', id: dynamicsId(number), deleted: true, modifiedon: version.toISOString() },
    ],
    merged: (number, into, version) => [
      {
        table: 'contact',
        id: dynamicsId(number),
        mergedInto: dynamicsId(into),
        modifiedon: version.toISOString(),
      },
    ],
  },
  {
    source: 'intercom',
    offline: intercom,
    account: intercom.contract.account,
    idOf: String,
    has: ['restore', 'merge'],
    showsMerges: true,
    isRead: false,
    isCoarse: true,
    isTimed: (kind) => kind !== 'merged',
    sentAhead: 0,
    lags: true,
    send(told) {
      const { kind, number, losers, version, occurredAt } = told
      const body = bodyOf(intercom, told, wholeSecond(version))
      const topics = {
        created: 'contact.user.created',
        updated: 'contact.user.updated',
        deleted: 'contact.deleted',
        restored: 'contact.unarchived',
        merged: 'contact.merged',
      } as Json
      const isWhole = kind === 'created' || kind === 'updated'
      const subject = kind === 'merged' ? (losers[0] ?? number) : number
      const data = isWhole
        ? { ...(body['data'] as Json), item: withCity((body['data'] as Json)['item'] as Json, told.person) }
        : { type: 'notification_event_data', item: { type: 'contact', id: String(subject) } }
      return {
        to: 'webhook',
        body: { ...body, topic: topics[kind], data, created_at: inSeconds(occurredAt) },
      }
    },
    alive: (number, person, version) =>
      recordsOf(intercom)(number, person, version).map((record) => withCity(record as Json, person)),
    deleted: (number, version) => [
      { object: 'contacts', id: String(number), deleted: true, updated_at: inSeconds(version) },
    ],
    merged: (number, into, version) => [
      { object: 'contacts', id: String(number), mergedInto: String(into), updated_at: inSeconds(version) },
    ],
  },
  {
    source: 'odoo',
    offline: odoo,
    account: odoo.contract.account,
    idOf: String,
    has: [],
    showsMerges: true,
    isRead: true,
    isCoarse: true,
    isTimed: (kind) => kind !== 'deleted',
    sentAhead: 60_000,
    lags: true,
    send(told) {
      const body = bodyOf(odoo, told, told.version)
      return { to: 'webhook', body, ...(told.kind === 'deleted' && { query: 'event=deleted' }) }
    },
    alive: recordsOf(odoo),
    deleted: (number) => [{ id: number, deleted: true }],
    merged: never,
  },
  {
    source: 'pipedrive',
    offline: pipedrive,
    account: pipedrive.contract.account,
    idOf: String,
    has: ['merge'],
    showsMerges: true,
    isRead: false,
    isCoarse: true,
    isTimed: (kind) => kind !== 'merged',
    sentAhead: 0,
    lags: true,
    send(told) {
      const { kind, number, losers, version, occurredAt } = told
      const body = bodyOf(pipedrive, told, wholeSecond(version))
      const meta = { ...(body['meta'] as Json), timestamp: occurredAt.toISOString() }
      const [loser] = losers
      if (kind === 'deleted')
        return { to: 'webhook', body: { meta: { ...meta, action: 'delete' }, data: null } }
      if (kind === 'merged' && loser !== undefined) {
        const merge = { action: 'delete', entity_id: String(loser), merged_to_id: String(number) }
        return { to: 'webhook', body: { meta: { ...meta, ...merge }, data: null } }
      }
      const action = kind === 'created' ? 'create' : 'change'
      return { to: 'webhook', body: { ...body, meta: { ...meta, action } } }
    },
    alive: recordsOf(pipedrive, wholeSecond),
    deleted: (number) => [{ object: 'persons', id: number, name: 'gone', deleted: true }],
    merged: (number, into) => [{ object: 'persons', id: number, name: 'merged', mergedInto: into }],
  },
  salesforceVendor(recordsOf),
  {
    source: 'zoho',
    offline: zoho,
    account: zoho.contract.account,
    idOf: String,
    // A restored record is told of as a change.
    has: ['restore'],
    showsMerges: true,
    isRead: true,
    isCoarse: true,
    isTimed: () => true,
    sentAhead: 0,
    lags: true,
    send(told) {
      const operations = { created: 'insert', deleted: 'delete' } as Json
      const body = bodyOf(zoho, told, told.occurredAt)
      return { to: 'webhook', body: { ...body, operation: operations[told.kind] ?? 'update' } }
    },
    alive: recordsOf(zoho),
    deleted: (number, version) => [
      {
        object: 'Contacts',
        id: String(number),
        Last_Name: 'gone',
        deleted: true,
        Modified_Time: version.toISOString(),
      },
    ],
    merged: never,
  },
]
