import * as z from 'zod'
import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { failure, failureBody, parseJson } from './sandbox-answers.ts'
import { type SandboxInput, type StoredRecord, shown } from './sandbox-records.ts'

const batchRequestSchema = z.strictObject({
  inputs: z
    .array(z.strictObject({ id: z.string() }))
    .min(1)
    .max(100),
  properties: z.array(z.string()),
  propertiesWithHistory: z.array(z.string()).default([]),
})

type Records = {
  readonly find: (object: SandboxInput['object'], id: string) => StoredRecord | undefined
  /** HubSpot ignores the names of properties that do not exist. */
  readonly existing: (object: SandboxInput['object'], names: readonly string[]) => readonly string[]
}

/** `GET /crm/v3/objects/{object}/{id}`. A merged record answers as the one that is left. */
export function readRecord(
  object: SandboxInput['object'],
  id: string,
  { query }: SandboxRequest,
  { find, existing }: Records,
): SandboxResponse {
  const asked = find(object, id)
  const record = asked?.mergedInto ? find(object, asked.mergedInto) : asked
  const archived = query.get('archived') === 'true'
  if (!record || record.deleted !== archived) return failure(404, 'OBJECT_NOT_FOUND', 'resource not found')
  const wanted = query
    .getAll('properties')
    .flatMap((list) => list.split(','))
    .filter(Boolean)
  return { status: 200, body: shown(record, existing(object, wanted)) }
}

/** `POST …/batch/read`. It omits deleted and merged records and reports them in a separate field. */
export function readBatch(
  object: SandboxInput['object'],
  { body }: SandboxRequest,
  { find, existing }: Records,
): SandboxResponse {
  const parsed = batchRequestSchema.safeParse(parseJson(body))
  if (!parsed.success) return failure(400, 'VALIDATION_ERROR', 'Invalid input JSON')
  const wanted = existing(object, parsed.data.properties)
  const ids = [...new Set(parsed.data.inputs.map(({ id }) => id))]
  const found = ids
    .flatMap((id) => find(object, id) ?? [])
    .filter((record) => !record.deleted && !record.mergedInto)
  const missing = ids.filter((id) => !found.some((record) => record.id === id))
  const errors = {
    ...failureBody('OBJECT_NOT_FOUND', 'Could not get some objects'),
    context: { ids: missing },
  }
  return {
    status: missing.length > 0 ? 207 : 200,
    body: {
      status: 'COMPLETE',
      results: found.map((record) => shown(record, wanted)),
      ...(missing.length > 0 && {
        numErrors: missing.length,
        errors: [errors],
      }),
    },
  }
}
