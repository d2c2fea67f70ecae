import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordType } from '../../core/model/change.ts'
import type { FieldMap } from '../customer-fields.ts'

/** The supported record types: API path, field map, and the property with the time of the last change. */
type HubspotType = {
  readonly type: RecordType
  readonly path: 'contacts' | 'companies'
  readonly fields: FieldMap
  readonly changedAt: string
}

/** The same with the settings of `sync.config.ts`. */
export type HubspotObject = HubspotType & { readonly writeBack: WriteBack | undefined }

const address = {
  'address.line1': 'address',
  'address.city': 'city',
  'address.state': 'state',
  'address.postalCode': 'zip',
}

const contact: HubspotType = {
  type: 'contact',
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

const company: HubspotType = {
  type: 'company',
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

const objects: Readonly<Partial<Record<RecordType, HubspotType>>> = { contact, company }

/** The HubSpot object of a record type, its map with the overrides from `sync.config.ts`; undefined where HubSpot has none. */
export function hubspotObject(
  type: RecordType,
  overrides: FieldOverrides = {},
  writeBack?: WriteBack,
): HubspotObject | undefined {
  const object = objects[type]
  return object && { ...object, fields: { ...object.fields, ...overrides[type] }, writeBack }
}
