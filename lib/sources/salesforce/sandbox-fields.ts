import * as z from 'zod'
import { objects, type StoredRecord } from './sandbox-records.ts'

type ObjectName = (typeof objects)[number]

/** A custom field, put there as a person would in Setup: `{"object": "CustomField", "of": "Contact", …}`. */
const fieldSchema = z.strictObject({
  object: z.literal('CustomField'),
  of: z.enum(objects),
  name: z.string().regex(/^[A-Za-z]\w*__p?c$/),
  type: z.enum(['string', 'double', 'picklist']).default('string'),
  length: z.int().default(80),
  /** Whether the connected user may edit it. */
  updateable: z.boolean().default(true),
})
type Field = z.infer<typeof fieldSchema>

/** Those that docs/connect/salesforce.md suggests for the ids of customers. */
const suggested = ['NotchPay_Customer_Id__c', 'WooshPay_Customer_Id__c']

/** The custom fields that the connected user may see: those of `suggested`, those that were put there, and those that records have. */
export function sandboxFields(recordsOf: (object: ObjectName) => readonly StoredRecord[]) {
  const fields = new Map<string, Field>()
  const put = (record: unknown): boolean => {
    const { success, data } = fieldSchema.safeParse(record)
    if (success) fields.set(`${data.of}/${data.name}`, data)
    return success
  }
  for (const of of objects) for (const name of suggested) put({ object: 'CustomField', of, name })
  const find = (of: ObjectName, name: string): Field | undefined => {
    const known = fields.get(`${of}/${name}`)
    if (known) return known
    const isThere = recordsOf(of).some((record) => Object.hasOwn(record, name))
    return isThere ? fieldSchema.safeParse({ object: 'CustomField', of, name }).data : undefined
  }
  return {
    put,
    find,
    /** The field's entry in `GET /services/data/vXX.0/sobjects/{object}/describe`. */
    describe: (of: ObjectName) =>
      [...fields.values()]
        .filter((field) => field.of === of)
        .map(({ name, type, length, updateable }) => ({ name, type, length, updateable, custom: true })),
    /** The code of Salesforce's refusal to set this value; undefined when it is accepted. */
    problemOf(of: ObjectName, name: string, value: unknown): string | undefined {
      const field = find(of, name)
      if (!field) return 'INVALID_FIELD'
      if (!field.updateable) return 'INVALID_FIELD_FOR_INSERT_UPDATE'
      if (field.type === 'double') return 'INVALID_TYPE_ON_FIELD_IN_RECORD'
      return String(value).length > field.length ? 'STRING_TOO_LONG' : undefined
    },
  }
}
export type SandboxFields = ReturnType<typeof sandboxFields>
