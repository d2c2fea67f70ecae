import * as z from 'zod'
import { isObject } from '../../support/json.ts'

type ObjectName = 'persons' | 'organizations'

/** A custom field, put there as a person would in Pipedrive's settings: `{"object": "fields", "of": "persons", …}`. */
const fieldSchema = z.strictObject({
  object: z.literal('fields'),
  of: z.enum(['persons', 'organizations']),
  field_code: z.string().regex(/^[0-9a-f]{40}$/),
  field_name: z.string().min(1),
  field_type: z.enum(['varchar', 'double', 'enum', 'date']).default('varchar'),
})
type Field = z.infer<typeof fieldSchema>

/** The fields for ids of customers. In a company, the keys are Pipedrive's choice. */
const suggested: readonly z.input<typeof fieldSchema>[] = [
  ['persons', 'd4de1c1518b4531717c676029a45911c340390a6', 'Notch Pay customer id'],
  ['persons', 'e5b9f0aa2c1d4e6f8a7b3c5d9e0f1a2b3c4d5e6f', 'WooshPay customer id'],
  ['organizations', '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567', 'Notch Pay customer id'],
  ['organizations', '1b2c3d4e5f60718293a4b5c6d7e8f9012345678a', 'WooshPay customer id'],
].map(([of, field_code, field_name]) => ({ object: 'fields', of, field_code, field_name }) as never)

/** The custom fields of the company: those of `suggested`, those that were put there, and those that records have. */
export function sandboxFields(
  recordsOf: (object: ObjectName) => readonly Readonly<Record<string, unknown>>[],
) {
  const fields = new Map<string, Field>()
  const put = (record: unknown): boolean => {
    const { success, data } = fieldSchema.safeParse(record)
    if (success) fields.set(`${data.of}/${data.field_code}`, data)
    return success
  }
  for (const field of suggested) put(field)
  const find = (of: ObjectName, key: string): Field | undefined => {
    const known = fields.get(`${of}/${key}`)
    if (known) return known
    const isThere = recordsOf(of).some(({ custom_fields: own }) => isObject(own) && Object.hasOwn(own, key))
    const field = { object: 'fields', of, field_code: key, field_name: key }
    return isThere ? fieldSchema.safeParse(field).data : undefined
  }
  return {
    put,
    find,
    /** As `GET /api/v2/personFields/{field_code}` shows it; undefined where there is none. */
    show(of: ObjectName, key: string) {
      const field = find(of, key)
      if (!field) return undefined
      const { field_code, field_name, field_type } = field
      return { field_code, field_name, field_type, is_custom_field: true, is_optional_response_field: false }
    },
    /** Whether these values can be set. */
    accepts: (of: ObjectName, values: Readonly<Record<string, unknown>>): boolean =>
      Object.entries(values).every(([key, value]) => {
        const type = find(of, key)?.field_type
        if (type === 'varchar') return typeof value === 'string' || value === null
        return type === 'double' && typeof value === 'number'
      }),
  }
}
export type SandboxFields = ReturnType<typeof sandboxFields>
