import * as z from 'zod'
import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { answeredJson } from '../../support/json.ts'
import { failure } from './sandbox-answers.ts'
import type { SandboxFields } from './sandbox-fields.ts'
import type { StoredRecord } from './sandbox-records.ts'

const bodySchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** `PATCH /services/data/vXX.0/sobjects/{object}/{id}`: sets these fields and no others; 204 without a body. */
export function writeRow(
  record: StoredRecord | undefined,
  { body, headers }: SandboxRequest,
  fields: SandboxFields,
  save: (record: StoredRecord) => void,
): SandboxResponse {
  if (!record || record.isPurged) {
    return failure(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible')
  }
  if (record.IsDeleted) return failure(404, 'ENTITY_IS_DELETED', 'entity is deleted')
  const values = bodySchema.safeParse(answeredJson(body)).data
  if (!values || !headers['content-type']?.startsWith('application/json')) {
    return failure(400, 'JSON_PARSER_ERROR', 'Unexpected character')
  }
  for (const [name, value] of Object.entries(values)) {
    const code = fields.problemOf(record.object, name, value)
    if (code) return failure(400, code, `${name} cannot be set`)
  }
  const SystemModstamp = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString()
  save({ ...record, ...values, SystemModstamp })
  return { status: 204 }
}
