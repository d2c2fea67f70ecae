import * as z from 'zod'
import { guidSchema } from './schemas.ts'
import { formattedValue, lookupTable } from './to-customer.ts'

export const tables = ['contact', 'account', 'lead'] as const
export type Table = (typeof tables)[number]

/**
 * `{table, id, …columns as in the Web API}`; `deleted` makes the id answer 404, `mergedInto` makes it an inactive row that names
 * its master. A lookup is given with its annotations.
 */
export const inputSchema = z.looseObject({
  table: z.enum(tables),
  id: guidSchema,
  modifiedon: z.iso.datetime().optional(),
  deleted: z.boolean().default(false),
  mergedInto: guidSchema.optional(),
})
export type StoredRow = z.infer<typeof inputSchema> & { readonly modifiedon: string }

const address = (prefix: string) =>
  ['line1', 'line2', 'line3', 'city', 'stateorprovince', 'postalcode', 'country'].map(
    (part) => `${prefix}_${part}`,
  )
const everywhere = [
  'emailaddress1',
  'emailaddress2',
  'emailaddress3',
  'telephone1',
  'telephone2',
  'telephone3',
  'description',
  'statecode',
  'statuscode',
  'merged',
  '_masterid_value',
  'createdon',
  'modifiedon',
  ...address('address1'),
  ...address('address2'),
]
const person = ['firstname', 'lastname', 'fullname', 'mobilephone', 'jobtitle']

/** The columns of each table, those of the organization's own left out. */
const columns: Readonly<Record<Table, readonly string[]>> = {
  contact: [...everywhere, ...person, 'contactid', '_parentcustomerid_value'],
  account: [...everywhere, 'accountid', 'name', 'accountnumber', '_primarycontactid_value'],
  lead: [...everywhere, ...person, 'leadid', 'companyname', 'subject'],
}

/** To the second, as in Dataverse. A row that is stored again unchanged keeps its own time. */
export function store(input: z.infer<typeof inputSchema>, before: StoredRow | undefined): StoredRow {
  const merged = { ...before, ...input }
  const isSame = before && JSON.stringify(merged) === JSON.stringify(before)
  const modifiedon = input.modifiedon ?? (isSame ? before.modifiedon : new Date().toISOString())
  return { ...merged, modifiedon: modifiedon.replace(/\.\d+Z$/, 'Z') }
}

/** The row as the Web API shows it. Empty columns are null; of a lookup, the annotations that were asked for are added. */
export function shown(row: StoredRow, wanted: readonly string[], prefer: string): Record<string, unknown> {
  const { table, id, mergedInto } = row
  const values: Readonly<Record<string, unknown>> = {
    statecode: mergedInto === undefined ? 0 : 1,
    merged: mergedInto !== undefined,
    _masterid_value: mergedInto ?? null,
    ...row,
    [`${table}id`]: id,
  }
  const annotations = [formattedValue, lookupTable].filter((name) => prefer.includes(name))
  const names = wanted.flatMap((name) => [name, ...annotations.map((annotation) => `${name}@${annotation}`)])
  const given = names.filter((name) => !name.includes('@') || values[name] !== undefined)
  return {
    '@odata.etag': `W/"${Date.parse(row.modifiedon)}"`,
    ...Object.fromEntries(given.map((name) => [name, values[name] ?? null])),
    [`${table}id`]: id,
  }
}

/** The columns that the Web API does not know: it refuses the whole request. */
export function findUnknownColumns(table: Table, wanted: readonly string[], rows: readonly StoredRow[]) {
  const known = new Set([...columns[table], ...rows.flatMap((row) => Object.keys(row))])
  return wanted.filter((name) => !known.has(name))
}
