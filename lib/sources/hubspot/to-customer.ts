import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import type { HubspotRecord } from './schemas.ts'

/** The supported record types: API path, field map, and the property with the time of the last change. */
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
    // `hs_country_code` is a guess; HubSpot ignores properties it does not know.
    'address.country': ['hs_country_code', 'country'],
  },
}

const objects: Readonly<Partial<Record<RecordType, HubspotObject>>> = { contact, company }

/** The HubSpot object of a record type, its map with the overrides from `sync.config.ts`; undefined where HubSpot has none. */
export function hubspotObject(type: RecordType, overrides: FieldOverrides = {}): HubspotObject | undefined {
  const object = objects[type]
  return object && { ...object, fields: { ...object.fields, ...overrides[type] } }
}

/** The properties to request. Without them HubSpot returns only a few defaults. */
export function wantedProperties({ fields, changedAt }: HubspotObject): string[] {
  return [...new Set([...propertiesOf(fields), changedAt, mergedIdsProperty])]
}

/** Interprets HubSpot's answer for the requested record. Pure. */
export function toFetchedCustomer(
  record: HubspotRecord,
  askedId: string,
  object: HubspotObject,
): FetchedCustomer {
  // After a merge, both old ids return the surviving record.
  if (record.id !== askedId) return { kind: 'merged', intoId: record.id }
  if (record.archived) return { kind: 'deleted' }
  const { properties } = record
  const version = toIsoTime(properties[object.changedAt]) ?? toIsoTime(record.updatedAt)
  if (version === undefined) {
    const error = new RetryLater(
      'CRM_ANSWER_UNREADABLE',
      'HubSpot did not return when the record last changed',
    )
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
