import * as z from 'zod'
import { isSalesforceId } from './record-id.ts'

export const objects = ['Contact', 'Account', 'Lead'] as const
const id = z.string().refine((text) => text.length === 18 && isSalesforceId(text), 'expected 18 characters')

/**
 * `{object, Id, …fields as in the API}`. `IsDeleted` moves the record to the recycle bin; `MasterRecordId` makes it one that was
 * merged; `isPurged` removes it from the recycle bin, too.
 */
export const inputSchema = z.looseObject({
  object: z.enum(objects),
  Id: id,
  IsDeleted: z.boolean().default(false),
  MasterRecordId: id.nullable().default(null),
  SystemModstamp: z.iso.datetime().optional(),
  isPurged: z.boolean().default(false),
})
type Input = z.infer<typeof inputSchema>
export type StoredRecord = Input & { readonly SystemModstamp: string }
export type Row = Readonly<Record<string, unknown>> & { readonly Id: string }

const address = (prefix: string) =>
  ['Street', 'City', 'State', 'PostalCode', 'Country'].map((part) => `${prefix}${part}`)
const person = ['FirstName', 'LastName', 'Salutation', 'Name']
const standard: Readonly<Record<(typeof objects)[number], readonly string[]>> = {
  Contact: [
    ...person,
    'Email',
    'Phone',
    'MobilePhone',
    'AccountId',
    ...address('Mailing'),
    ...address('Other'),
  ],
  Account: ['Name', 'Phone', ...address('Billing'), ...address('Shipping')],
  Lead: [...person, 'Company', 'Email', 'Phone', 'MobilePhone', 'IsConverted', ...address('')],
}

/** To the second, as in Salesforce. A record that is stored again unchanged keeps its own time. */
export function stored(input: Input, before: StoredRecord | undefined): StoredRecord {
  const isMerged = input.MasterRecordId !== null
  const record = { ...before, ...input, IsDeleted: input.IsDeleted || isMerged }
  const isSame =
    before && JSON.stringify({ ...record, SystemModstamp: before.SystemModstamp }) === JSON.stringify(before)
  const now = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString()
  return { ...record, SystemModstamp: input.SystemModstamp ?? (isSame ? before.SystemModstamp : now) }
}

/** The row of a query for these fields; undefined when one of them does not exist. */
export function rowOf(
  record: StoredRecord,
  fields: readonly string[],
  find: (id: string) => StoredRecord | undefined,
): Row | undefined {
  const { object, isPurged: _, ...values } = record
  const row: Record<string, unknown> = {
    attributes: { type: object, url: `/services/data/v62.0/sobjects/${object}/${record.Id}` },
  }
  for (const field of fields) {
    if (field === 'FIELDS(STANDARD)') {
      for (const name of standard[object]) row[name] = null
      const own = Object.entries(values).filter(([name]) => !/__p?c$/.test(name))
      Object.assign(row, Object.fromEntries(own), { SystemModstamp: zoned(record.SystemModstamp) })
    } else if (field === 'Account.Name' && object === 'Contact') {
      const parent = typeof values['AccountId'] === 'string' ? find(values['AccountId']) : undefined
      row['Account'] = parent ? { attributes: { type: 'Account' }, Name: parent['Name'] ?? null } : null
    } else if (field === 'Id' || /__p?c$/.test(field)) row[field] = values[field] ?? null
    else return undefined
  }
  return { ...row, Id: record.Id }
}

/** As Salesforce writes times. */
function zoned(time: string): string {
  return new Date(time).toISOString().replace('Z', '+0000')
}
