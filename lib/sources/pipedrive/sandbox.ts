import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { failure } from './sandbox-answers.ts'
import { sandboxFields } from './sandbox-fields.ts'
import { listPage } from './sandbox-list.ts'
import { sandboxWebhooks } from './sandbox-webhooks.ts'
import { writtenTo } from './sandbox-write.ts'

const objects = ['persons', 'organizations'] as const

/** `{object, id, …fields as in API v2}`; `deleted` makes the id answer 404, `mergedInto` makes it return that record. */
const inputSchema = z.looseObject({
  object: z.enum(objects),
  id: z.int().positive(),
  name: z.string(),
  update_time: z.iso.datetime().optional(),
  deleted: z.boolean().default(false),
  mergedInto: z.int().positive().optional(),
})
type Stored = z.infer<typeof inputSchema>

/** The fields that every record has, even if empty. `postal_address` depends on the plan. */
const defaults = {
  persons: {
    first_name: null,
    last_name: null,
    org_id: null,
    emails: [],
    phones: [],
  },
  organizations: { address: null },
} as const

type Options = {
  readonly apiToken: string
  /** The company of the token. Default: the company of the samples in `events/`. */
  readonly companyId?: number
  /** Where the webhooks of docs/connect/pipedrive.md are sent. Without it, there are none. */
  readonly webhookUrl?: string | undefined
}

/**
 * A sandbox of Pipedrive's API for persons and organizations and their custom fields (v2), and the token's company and the
 * webhooks of that company (v1).
 */
export function pipedriveSandbox({ apiToken, companyId = 9120457, webhookUrl }: Options): Sandbox {
  const webhooks = sandboxWebhooks(webhookUrl, companyId)
  const records = new Map<string, Stored>()
  const find = (object: Stored['object'], id: number | string) => records.get(`${object}/${id}`)

  const fields = sandboxFields((object) => [...records.values()].filter((record) => record.object === object))

  const list = (object: Stored['object'], query: URLSearchParams): SandboxResponse => {
    const live = [...records.values()].filter(
      (record) => record.object === object && !record.deleted && !record.mergedInto,
    )
    const listed = listPage(live, query)
    if (!listed) return failure(400, 'Parameter validation failed')
    const { page, nextCursor } = listed
    return {
      status: 200,
      body: { success: true, data: page.map(shown), additional_data: { next_cursor: nextCursor } },
    }
  }

  const route = ({ method, path, query, headers, body }: SandboxRequest): SandboxResponse => {
    if (headers['x-api-token'] !== apiToken) return failure(401, 'unauthorized access')
    if (path === '/api/v1/users/me') {
      if (method !== 'GET') return failure(405, 'Method Not Allowed')
      return { status: 200, body: { success: true, data: { id: 1, company_id: companyId } } }
    }
    if (path === '/api/v1/webhooks') {
      if (method !== 'GET') return failure(405, 'Method Not Allowed')
      return { status: 200, body: { status: 'ok', success: true, data: webhooks.list() } }
    }
    const [, owner, key = ''] = /^\/api\/v2\/(person|organization)Fields\/(\w+)$/.exec(path) ?? []
    if (owner) {
      const field = fields.show(`${owner as 'person' | 'organization'}s`, key)
      return field ? { status: 200, body: { success: true, data: field } } : failure(404, 'Field not found')
    }
    const [, kind, id] = /^\/api\/v2\/(persons|organizations)(?:\/(\d+))?$/.exec(path) ?? []
    const object = objects.find((name) => name === kind)
    if (!object) return failure(404, 'Not Found')
    if (method !== 'GET' && (method !== 'PATCH' || id === undefined))
      return failure(405, 'Method Not Allowed')
    if (id === undefined) return list(object, query)
    const asked = find(object, id)
    const record = asked?.mergedInto ? find(object, asked.mergedInto) : asked
    if (method === 'PATCH') {
      const answer = writtenTo(record, body, fields)
      if ('refusal' in answer) return answer.refusal
      const written = { ...answer.written, update_time: wholeSecond() }
      records.set(`${object}/${written.id}`, written)
      return { status: 200, body: { success: true, data: shown(written) } }
    }
    if (!record || record.deleted) return failure(404, 'Entity not found')
    return { status: 200, body: { success: true, data: shown(record) } }
  }

  return {
    name: 'pipedrive',
    handle: (request) => ({ ...route(request), headers: rateLimit }),
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(({ update_time: _, ...input }) => input),
    putRecord: (record) => {
      if (webhooks.put(record) || fields.put(record)) return
      const input = inputSchema.parse(record)
      const before = find(input.object, input.id)
      records.set(`${input.object}/${input.id}`, {
        ...before,
        ...input,
        update_time: updateTime(input, before),
      })
    },
  }
}

const rateLimit = {
  'x-ratelimit-limit': '20',
  'x-ratelimit-remaining': '19',
  'x-ratelimit-reset': '2',
}

/** To the second, as in Pipedrive. A record that is stored again unchanged keeps its own time. */
function updateTime(input: Stored, before: Stored | undefined): string {
  if (input.update_time) return input.update_time
  const unchanged = before && JSON.stringify({ ...before, ...input }) === JSON.stringify(before)
  return unchanged && before.update_time ? before.update_time : wholeSecond()
}

function wholeSecond(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}

function shown({ object, deleted, mergedInto: _, ...fields }: Stored) {
  return {
    custom_fields: {},
    ...defaults[object],
    ...fields,
    is_deleted: deleted,
    add_time: fields['add_time'] ?? fields.update_time,
  }
}
