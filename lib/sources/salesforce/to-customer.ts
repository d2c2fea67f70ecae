import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordType } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { customerIdsIn } from '../write-back.ts'
import { objectNames } from './object-names.ts'
import type { SalesforceRecord } from './schemas.ts'

/** The supported record types: the object's name in the API, and its field map. */
export type SalesforceObject = { readonly name: string; readonly fields: FieldMap }

/** `CountryCode` exists where the picklists of states and countries are switched on. */
const addressFrom = (prefix: string, path = 'address') => ({
  [`${path}.line1`]: `${prefix}Street`,
  [`${path}.city`]: `${prefix}City`,
  [`${path}.state`]: `${prefix}State`,
  [`${path}.postalCode`]: `${prefix}PostalCode`,
  [`${path}.country`]: [`${prefix}CountryCode`, `${prefix}Country`],
})

const personName = { 'name.given': 'FirstName', 'name.family': 'LastName', 'name.full': 'Name' }

const contact: SalesforceObject = {
  name: objectNames.contact,
  fields: {
    ...personName,
    email: 'Email',
    phone: ['Phone', 'MobilePhone'],
    companyName: 'Account.Name',
    ...addressFrom('Mailing'),
    ...addressFrom('Other', 'shipping'),
  },
}

const account: SalesforceObject = {
  name: objectNames.company,
  fields: {
    'name.full': 'Name',
    companyName: 'Name',
    phone: 'Phone',
    ...addressFrom('Billing'),
    ...addressFrom('Shipping', 'shipping'),
  },
}

const lead: SalesforceObject = {
  name: objectNames.lead,
  fields: {
    ...personName,
    email: 'Email',
    phone: ['Phone', 'MobilePhone'],
    companyName: 'Company',
    ...addressFrom(''),
  },
}

/** An account that is a person has the fields of its contact, most of them with a prefix. That `PersonEmail` is one is a guess. */
const personFields: FieldMap = {
  ...personName,
  email: 'PersonEmail',
  phone: ['Phone', 'PersonMobilePhone'],
  ...addressFrom('Billing'),
  ...addressFrom('Shipping', 'shipping'),
}

const objects: Readonly<Record<RecordType, SalesforceObject>> = { contact, company: account, lead }

/** The object of a record type, its map with the overrides from `sync.config.ts`. */
export function salesforceObject(type: RecordType, overrides: FieldOverrides = {}): SalesforceObject {
  const object = objects[type]
  return { ...object, fields: { ...object.fields, ...overrides[type] } }
}

/**
 * The field list of a query. `FIELDS(STANDARD)` are those that the organization has and our user may see; a field that does
 * not exist would fail the query, such as `IsPersonAccount` where there are no person accounts.
 */
export function selectedFields({ fields }: SalesforceObject, written: readonly string[] = []): string {
  const others = propertiesOf(fields).filter((name) => /^\w+(\.\w+)+$|^\w+__p?c$/.test(name))
  return ['FIELDS(STANDARD)', ...others, ...written].join(', ')
}

/** Interprets the row of a record; undefined when there is none any more. Pure. */
export function toFetchedCustomer(
  record: SalesforceRecord | undefined,
  type: RecordType,
  overrides: FieldOverrides = {},
  writeBack?: WriteBack,
): FetchedCustomer {
  if (!record) return { kind: 'deleted' }
  if (record.IsDeleted) {
    return record.MasterRecordId ? { kind: 'merged', intoId: record.MasterRecordId } : { kind: 'deleted' }
  }
  const isPerson = record.IsPersonAccount === true
  // The contact of a person account is the same customer as the account.
  if (isPerson && type === 'contact') return { kind: 'deleted' }
  const version = toIsoTime(record.SystemModstamp)
  if (version === undefined) {
    const reason = 'Salesforce did not return when the record last changed'
    return { kind: 'failed', error: new RetryLater('CRM_ANSWER_UNREADABLE', reason) }
  }
  const fields = isPerson ? { ...personFields, ...overrides[type] } : salesforceObject(type, overrides).fields
  return {
    kind: 'found',
    customer: readCustomer(fields, (name) => fieldOf(record, name)),
    version,
    mergedIds: [],
    customerIds: customerIdsIn(writeBack, type, (name) => fieldOf(record, name)),
  }
}

/** The value of `Email` or `Account.Name`; null when it, or the related record, is empty. */
function fieldOf(record: SalesforceRecord, name: string): string | null | undefined {
  let value: unknown = record
  for (const part of name.split('.')) {
    if (value === null) return null
    if (typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  if (value === null || typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
