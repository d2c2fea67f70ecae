import * as z from 'zod'
import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { failure, parseJson } from './sandbox-answers.ts'
import type { SandboxProperties } from './sandbox-properties.ts'
import { type StoredRecord, shown, store, toInput } from './sandbox-records.ts'

const bodySchema = z.strictObject({ properties: z.record(z.string(), z.string()) })

/**
 * `PATCH /crm/v3/objects/{object}/{id}`: sets these properties and no others. Refuses all of them when one does not exist or
 * cannot be edited.
 */
export function writeRecord(
  record: StoredRecord | undefined,
  { body }: SandboxRequest,
  properties: SandboxProperties,
  save: (record: StoredRecord) => void,
): SandboxResponse {
  if (!record || record.deleted) return failure(404, 'OBJECT_NOT_FOUND', 'resource not found')
  const parsed = bodySchema.safeParse(parseJson(body))
  if (!parsed.success) return failure(400, 'VALIDATION_ERROR', 'Invalid input JSON')
  const values = parsed.data.properties
  const problems = Object.entries(values).flatMap(([name, value]) => {
    const error = problemOf(properties.find(record.object, name), value)
    return error ? [{ isValid: false, message: `Property "${name}" is not valid`, error, name }] : []
  })
  if (problems.length > 0) {
    return failure(400, 'VALIDATION_ERROR', `Property values were not valid: ${JSON.stringify(problems)}`)
  }
  const input = toInput(record)
  const next = store({ ...input, properties: { ...input.properties, ...values } }, record)
  save(next)
  return { status: 200, body: shown(next, Object.keys(values)) }
}

function problemOf(property: ReturnType<SandboxProperties['find']>, value: string): string | undefined {
  if (!property) return 'PROPERTY_DOESNT_EXIST'
  if (property.readOnly) return 'READ_ONLY_VALUE'
  if (property.type === 'number' && Number.isNaN(Number(value))) return 'INVALID_FLOAT'
  return property.type === 'enumeration' ? 'INVALID_OPTION' : undefined
}
