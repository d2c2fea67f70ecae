import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/**
 * `{object, id, …fields as in the API}`. `deleted` and `archived` make the id answer 404, `mergedInto` makes it answer 410. That
 * an archived contact answers 404 is a guess.
 */
export const inputSchema = z.looseObject({
  object: z.enum(['contacts', 'companies']),
  id: z.string().min(1),
  role: z.enum(['user', 'lead']).default('user'),
  /** Seconds since 1970. */
  updated_at: z.int().positive().optional(),
  deleted: z.boolean().default(false),
  archived: z.boolean().default(false),
  mergedInto: z.string().min(1).optional(),
})
export type StoredRecord = z.infer<typeof inputSchema> & { readonly updated_at: number }

const list = { type: 'list', data: [], total_count: 0, has_more: false }
const noLocation = { type: 'location', country: null, region: null, city: null }

/** The fields that every record has, even if empty. */
const defaults = {
  contacts: {
    type: 'contact',
    external_id: null,
    email: null,
    phone: null,
    name: null,
    location: noLocation,
    custom_attributes: {},
    companies: list,
  },
  companies: { type: 'company', name: null, custom_attributes: {} },
} as const

/** The record as the API returns it. */
export function shown({ object, deleted: _, archived: __, mergedInto: ___, role, ...fields }: StoredRecord) {
  return {
    ...defaults[object],
    ...(object === 'contacts' && { role }),
    ...fields,
    created_at: fields['created_at'] ?? fields.updated_at,
  }
}

export function failure(status: number, code: string): SandboxResponse {
  return {
    status,
    body: { type: 'error.list', request_id: 'sandbox', errors: [{ code, message: code }] },
  }
}
