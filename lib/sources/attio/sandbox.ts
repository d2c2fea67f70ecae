import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { inputSchema, isGone, type Slug, type Stored, shown, slugs } from './sandbox-records.ts'
import { sandboxWebhooks } from './sandbox-webhooks.ts'

/** The workspace of the samples in `events/`, and its objects. `deals` are not followed. */
export const sandboxWorkspace = '6f0d3c52-7c1e-4b3a-9a55-0e2f6b7d1c01'
export const objectIds: Readonly<Record<Slug | 'deals', string>> = {
  people: 'b1c6a7de-2f4b-4f0a-8d3c-91e5f7a2c301',
  companies: 'b1c6a7de-2f4b-4f0a-8d3c-91e5f7a2c302',
  deals: 'b1c6a7de-2f4b-4f0a-8d3c-91e5f7a2c303',
}
/** What docs/connect/attio.md asks for. */
const neededScopes = ['record_permission:read', 'object_configuration:read']

const querySchema = z.strictObject({
  filter: z.strictObject({ record_id: z.strictObject({ $in: z.array(z.string()).min(1) }) }).optional(),
  sorts: z
    .array(z.strictObject({ attribute: z.literal('created_at'), direction: z.enum(['asc', 'desc']) }))
    .default([]),
  limit: z.int().min(1).max(500).default(500),
  offset: z.int().nonnegative().default(0),
})

type Options = {
  readonly accessToken: string
  readonly workspaceId?: string
  /** Where the webhook of docs/connect/attio.md is sent. Without it, there is none. */
  readonly webhookUrl?: string | undefined
  /** The token's scopes. */
  readonly scopes?: readonly string[]
}

/** A sandbox of Attio's REST API v2 for reading people and companies, the objects, the token and the webhooks. */
export function attioSandbox({
  accessToken,
  workspaceId = sandboxWorkspace,
  webhookUrl,
  scopes = [...neededScopes, 'webhook:read'],
}: Options): Sandbox {
  const webhooks = sandboxWebhooks(webhookUrl, workspaceId)
  const records = new Map<string, Stored>()
  const view = (record: Stored) => shown(record, workspaceId, objectIds[record.object])

  const query = (object: Slug, body: string): SandboxResponse => {
    const parsed = querySchema.safeParse(jsonOf(body))
    if (!parsed.success) return failure(400, 'validation_type', 'Body payload validation error.')
    const { filter, sorts, limit, offset } = parsed.data
    const sign = sorts[0]?.direction === 'desc' ? -1 : 1
    const found = [...records.values()]
      .filter((record) => record.object === object && !isGone(record))
      .filter(({ id }) => filter?.record_id.$in.includes(id) ?? true)
      .toSorted((a, b) => sign * a.created_at.localeCompare(b.created_at))
    return { status: 200, body: { data: found.slice(offset, offset + limit).map(view) } }
  }

  const readOne = (object: Slug, id: string): SandboxResponse => {
    const record = records.get(`${object}/${id}`)
    if (record?.merging) return failure(404, 'merge_in_progress', 'The merge is still in progress.')
    if (!record || isGone(record)) return failure(404, 'not_found', `Record with ID "${id}" was not found.`)
    return { status: 200, body: { data: view(record) } }
  }

  const onRecords = ({ method, path, body }: SandboxRequest): SandboxResponse => {
    const [, named = '', rest = ''] = /^\/v2\/objects\/([^/]+)\/records\/([^/]+)$/.exec(path) ?? []
    const object = slugs.find((slug) => slug === named || objectIds[slug] === named)
    if (!object) return failure(404, 'not_found', 'The referenced object was not found.')
    if (rest === 'query' && method === 'POST') return query(object, body)
    return method === 'GET' ? readOne(object, decodeURIComponent(rest)) : notFound
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const { method, path, headers } = request
    if (headers['authorization'] !== `Bearer ${accessToken}`) {
      return failure(401, 'unauthorized', 'The access token is missing or not valid.')
    }
    const read = {
      '/v2/self': () => ({
        active: true,
        scope: scopes.join(' '),
        token_type: 'Bearer',
        workspace_id: workspaceId,
      }),
      '/v2/objects': () => ({ data: listedObjects(workspaceId) }),
      '/v2/webhooks': () => ({ data: webhooks.list() }),
    }[path]
    if (!read) return onRecords(request)
    if (method !== 'GET') return notFound
    if (path === '/v2/webhooks' && !scopes.includes('webhook:read')) {
      return failure(403, 'unauthorized', 'The token lacks the scope webhook:read.')
    }
    return { status: 200, body: read() }
  }

  return {
    name: 'attio',
    handle: route,
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(({ created_at: _, ...input }) => input),
    putRecord: (record) => {
      if (webhooks.put(record)) return
      const input = inputSchema.parse(record)
      const key = `${input.object}/${input.id}`
      const created_at = input.created_at ?? records.get(key)?.created_at ?? new Date().toISOString()
      records.set(key, { ...input, created_at })
    },
  }
}

function listedObjects(workspace_id: string) {
  return Object.entries(objectIds).map(([api_slug, object_id]) => ({
    id: { workspace_id, object_id },
    api_slug,
    singular_noun: api_slug,
    plural_noun: api_slug,
    created_at: '2026-01-05T08:00:00.000000000Z',
  }))
}

const notFound = failure(404, 'not_found', 'Could not find the requested endpoint.')

function failure(status: number, code: string, message: string): SandboxResponse {
  const type = status === 401 || status === 403 ? 'auth_error' : 'invalid_request_error'
  return { status, body: { status_code: status, type, code, message } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
