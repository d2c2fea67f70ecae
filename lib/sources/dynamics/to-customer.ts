import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordType } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type FieldMap, propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { guidSchema, type Row } from './schemas.ts'

/** The supported record types: the table in the Web API, the column of its ids, and the field map. */
export type DynamicsTable = {
  readonly set: 'contacts' | 'accounts' | 'leads'
  readonly idColumn: 'contactid' | 'accountid' | 'leadid'
  readonly fields: FieldMap
}

/** Where a lookup's text is, and the table that it points to. */
export const formattedValue = 'OData.Community.Display.V1.FormattedValue'
export const lookupTable = 'Microsoft.Dynamics.CRM.lookuplogicalname'

const parentCustomer = '_parentcustomerid_value'

const addressFrom = (prefix: string, field: string) => ({
  [`${field}.line1`]: `${prefix}_line1`,
  [`${field}.line2`]: `${prefix}_line2`,
  [`${field}.city`]: `${prefix}_city`,
  [`${field}.state`]: `${prefix}_stateorprovince`,
  [`${field}.postalCode`]: `${prefix}_postalcode`,
  [`${field}.country`]: `${prefix}_country`,
})

const person = {
  'name.given': 'firstname',
  'name.family': 'lastname',
  'name.full': 'fullname',
  email: 'emailaddress1',
  phone: ['mobilephone', 'telephone1'],
  ...addressFrom('address1', 'address'),
}

const tables: Readonly<Record<RecordType, DynamicsTable>> = {
  contact: {
    set: 'contacts',
    idColumn: 'contactid',
    fields: { ...person, companyName: parentCustomer },
  },
  company: {
    set: 'accounts',
    idColumn: 'accountid',
    fields: {
      'name.full': 'name',
      companyName: 'name',
      email: 'emailaddress1',
      phone: 'telephone1',
      ...addressFrom('address1', 'address'),
      // That the second address is the one for shipping is a convention of Dynamics 365 Sales.
      ...addressFrom('address2', 'shipping'),
    },
  },
  lead: { set: 'leads', idColumn: 'leadid', fields: { ...person, companyName: 'companyname' } },
}

/** The table of a record type, its map with the overrides from `sync.config.ts`. */
export function dynamicsTable(type: RecordType, overrides: FieldOverrides = {}): DynamicsTable {
  const table = tables[type]
  return { ...table, fields: { ...table.fields, ...overrides[type] } }
}

/** The columns to ask for. */
export function wantedColumns({ idColumn, fields }: DynamicsTable): string[] {
  return [...new Set([idColumn, ...propertiesOf(fields), 'modifiedon', 'merged', '_masterid_value'])]
}

/** The id of a row; undefined when it has none. */
export function idOf(row: Row, { idColumn }: DynamicsTable): string | undefined {
  return guidSchema.safeParse(row[idColumn]).data
}

/** Interprets a row. A record that was merged into another one stays as an inactive row that names it. Pure. */
export function toFetchedCustomer(row: Row, table: DynamicsTable): FetchedCustomer {
  if (row.merged === true && row._masterid_value) return { kind: 'merged', intoId: row._masterid_value }
  const version = toIsoTime(row['modifiedon'])
  if (version === undefined) {
    const why = 'Dynamics 365 did not return when the record last changed'
    return { kind: 'failed', error: new RetryLater('CRM_ANSWER_UNREADABLE', why) }
  }
  const customer = readCustomer(table.fields, (column) => textOf(row, column))
  return { kind: 'found', customer, version, mergedIds: [] }
}

/** A lookup is read as the name of the record that it points to. The parent of a contact may be another contact, which is no company. */
function textOf(row: Row, column: string): string | null | undefined {
  const value = row[column]
  if (value === null || value === undefined) return value
  if (!/^_.+_value$/.test(column)) return scalar(value)
  if (column === parentCustomer && row[`${column}@${lookupTable}`] === 'contact') return null
  return scalar(row[`${column}@${formattedValue}`])
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
