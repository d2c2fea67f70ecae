import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { answeredJson } from '../../support/json.ts'
import { failure } from './sandbox-answers.ts'
import type { SandboxFields } from './sandbox-fields.ts'

/** Custom fields and nothing else, which is all that this project writes. */
const bodySchema = z.strictObject({ custom_fields: z.record(z.string(), z.unknown()) })

type Custom = {
  readonly object: 'persons' | 'organizations'
  readonly deleted: boolean
  readonly custom_fields?: unknown
}

/** The record after `PATCH /api/v2/persons/{id}` or `/api/v2/organizations/{id}`, or the refusal. */
export function writtenTo<T extends Custom>(
  record: T | undefined,
  body: string,
  fields: SandboxFields,
): { readonly written: T } | { readonly refusal: SandboxResponse } {
  if (!record || record.deleted) return { refusal: failure(404, 'Entity not found') }
  const values = bodySchema.safeParse(answeredJson(body)).data?.custom_fields
  if (!values || !fields.accepts(record.object, values)) {
    return { refusal: failure(400, 'Validation failed: custom_fields') }
  }
  return { written: { ...record, custom_fields: { ...Object(record.custom_fields), ...values } } }
}
