import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import type { HubspotRecord } from './schemas.ts'

/** The record types we read: where they live, how they are mapped, and which property holds their last change. */
export type HubspotObject = {
  readonly path: 'contacts' | 'companies'
  readonly fields: FieldMap
  readonly changedAt: string
}

const mergedIdsProperty = 'hs_merged_object_ids'

const address = {
  'address.line1': 'address',
  'address.city': 'city',
  'address.state': 'state',
  'address.postalCode': 'zip',
}

const contact: HubspotObject = {
  path: 'contacts',
  changedAt: 'lastmodifieddate',
  fields: {
    ...address,
    'name.given': 'firstname',
    'name.family': 'lastname',
    email: 'email',
    phone: ['phone', 'mobilephone'],
    companyName: 'company',
    'address.country': ['hs_country_region_code', 'country'],
  },
}

const company: HubspotObject = {
  path: 'companies',
  changedAt: 'hs_lastmodifieddate',
  fields: {
    ...address,
    'address.line2': 'address2',
    'name.full': 'name',
    companyName: 'name',
    phone: 'phone',
    // `hs_country_code` is a guess; HubSpot leaves out properties it does not know.
    'address.country': ['hs_country_code', 'country'],
  },
}

const objects: Readonly<Partial<Record<RecordType, HubspotObject>>> = { contact, company }

/** The record type as HubSpot keeps it, its map changed as `sync.config.ts` says; undefined where HubSpot has none. */
export function hubspotObject(type: RecordType, overrides: FieldOverrides = {}): HubspotObject | undefined {
  const object = objects[type]
  return object && { ...object, fields: { ...object.fields, ...overrides[type] } }
}

/** The properties to ask for by name: without them HubSpot answers with a default few. */
export function wantedProperties({ fields, changedAt }: HubspotObject): string[] {
  return [...new Set([...propertiesOf(fields), changedAt, mergedIdsProperty])]
}

/** What HubSpot's answer says of the record that was asked for. Pure. */
export function toFetchedCustomer(
  record: HubspotRecord,
  askedId: string,
  object: HubspotObject,
): FetchedCustomer {
  // Both old ids of a merge go on answering, with the record they became.
  if (record.id !== askedId) return { kind: 'merged', intoId: record.id }
  if (record.archived) return { kind: 'deleted' }
  const { properties } = record
  const version = toIsoTime(properties[object.changedAt]) ?? toIsoTime(record.updatedAt)
  if (version === undefined) {
    const error = new RetryLater('CRM_ANSWER_UNREADABLE', 'HubSpot did not say when the record last changed')
    return { kind: 'failed', error }
  }
  return {
    kind: 'found',
    customer: readCustomer(object.fields, (name) =>
      Object.hasOwn(properties, name) ? properties[name] : undefined,
    ),
    version,
    mergedIds: mergedIdsOf(properties[mergedIdsProperty], record.id),
  }
}

function mergedIdsOf(list: string | null | undefined, ownId: string): string[] {
  const ids = (list ?? '').split(';').map((id) => id.trim())
  return [...new Set(ids)].filter((id) => /^\d{1,20}$/.test(id) && id !== ownId)
}
