import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { followedEvents } from './diagnosis.ts'
import { inputSchema, type Stored, shown, store } from './sandbox-records.ts'
import { search } from './sandbox-search.ts'

/** The organization of the samples in `events/`. */
export const sandboxOrganization = 'orga_7Kq2mVtXcB4nYdR8sLw3HfJz6PaEuG1oTi5DxNbC9Wv'

/** A subscription, put there as a person would by the API: `{"object": "webhooks", …}`. */
const webhookSchema = z.strictObject({
  object: z.literal('webhooks'),
  id: z.string().min(1),
  url: z.url(),
  status: z.enum(['active', 'paused']).default('active'),
  events: z.array(z.strictObject({ object_type: z.string(), action: z.string() })),
})

/** The filters of the event log that are used; `date_updated` may be added to a pair of others only. */
const eventsSchema = z.strictObject({
  object_type: z.literal('contact'),
  action: z.literal('deleted'),
  date_updated__gte: z.iso.datetime({ offset: true }).optional(),
  date_updated__lte: z.iso.datetime({ offset: true }).optional(),
  _limit: z.coerce.number().int().min(1).max(50).default(50),
  _cursor: z.string().regex(/^\d+$/).optional(),
})

type Options = {
  readonly apiKey: string
  readonly organizationId?: string
  /** Where the subscription of docs/connect/close.md is sent. Without it, there is none. */
  readonly webhookUrl?: string | undefined
}

/** A sandbox of Close's API v1 for reading contacts and leads, searching them, the event log, the key's user and the webhooks. */
export function closeSandbox({ apiKey, organizationId = sandboxOrganization, webhookUrl }: Options): Sandbox {
  const records = new Map<string, Stored>()
  const webhooks = new Map<string, z.infer<typeof webhookSchema>>()
  if (webhookUrl !== undefined) {
    const events = [...followedEvents]
    webhooks.set('w', webhookSchema.parse({ object: 'webhooks', id: 'whsub_4tGz', url: webhookUrl, events }))
  }
  const credentials = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`
  const contacts = () => [...records.values()].filter((record) => record.object === 'contacts')
  const find = (path: string) => records.get(path)
  const contactsOf = (lead: string) =>
    contacts().filter(({ lead_id, deleted }) => lead_id === lead && !deleted)
  const view = (record: Stored) => shown(record, organizationId, contactsOf(record.id))

  const readOne = (object: Stored['object'], id: string): SandboxResponse => {
    const record = find(`${object}/${id}`)
    if (!record || record.deleted) return failure(404, 'Empty query: does not exist.')
    return { status: 200, body: view(record) }
  }

  const findContacts = (body: string): SandboxResponse => {
    const live = contacts().filter(({ deleted }) => !deleted)
    const found = live.map((contact) => ({
      ...contact,
      lead: find(`leads/${contact.lead_id}`),
      fields: view(contact),
    }))
    const answer = search(found, jsonOf(body))
    return answer ? { status: 200, body: answer } : failure(400, 'Invalid query')
  }

  const listEvents = (query: URLSearchParams): SandboxResponse => {
    const parsed = eventsSchema.safeParse(Object.fromEntries(query))
    if (!parsed.success) return failure(400, 'This combination of filters is not supported.')
    const { date_updated__gte: from, date_updated__lte: until, _limit, _cursor = '0' } = parsed.data
    const events = contacts()
      .filter(({ deleted }) => deleted)
      .filter(({ date_updated: at }) => !from || Date.parse(at) >= Date.parse(from))
      .filter(({ date_updated: at }) => !until || Date.parse(at) <= Date.parse(until))
      .toSorted((a, b) => Date.parse(b.date_updated) - Date.parse(a.date_updated))
    const last = Number(_cursor) + _limit
    const data = events.slice(Number(_cursor), last).map(({ id, lead_id, date_updated }) => ({
      ...{ id: `ev_${id}`, object_type: 'contact', action: 'deleted', object_id: id, lead_id },
      ...{ organization_id: organizationId, date_created: date_updated, date_updated, data: {} },
    }))
    return { status: 200, body: { data, cursor_next: last < events.length ? String(last) : null } }
  }

  const route = ({ method, path, query, headers, body }: SandboxRequest): SandboxResponse => {
    if (headers['authorization'] !== credentials) return failure(401, 'Invalid API key')
    if (path === '/api/v1/data/search/' && method === 'POST') return findContacts(body)
    if (method !== 'GET') return failure(405, 'Method Not Allowed')
    if (path === '/api/v1/me/') {
      return { status: 200, body: { id: 'user_1', organizations: [{ id: organizationId }] } }
    }
    if (path === '/api/v1/webhook/') {
      return { status: 200, body: { data: [...webhooks.values()].map(({ object: _, ...shown }) => shown) } }
    }
    if (path === '/api/v1/event/') return listEvents(query)
    const [, kind, id = ''] = /^\/api\/v1\/(contact|lead)\/([^/]+)\/$/.exec(path) ?? []
    if (kind === undefined) return failure(404, 'Not Found')
    return readOne(kind === 'contact' ? 'contacts' : 'leads', decodeURIComponent(id))
  }

  return {
    name: 'close',
    handle: (request) => ({ ...route(request), headers: { ratelimit: 'limit=160, remaining=159, reset=8' } }),
    records: () => [...records.values()],
    editableRecords: () =>
      [...records.values()].map(({ date_created: _c, date_updated: _u, ...input }) => input),
    putRecord: (record) => {
      const webhook = webhookSchema.safeParse(record).data
      if (webhook) return void webhooks.set(webhook.id, webhook)
      const input = inputSchema.parse(record)
      const key = `${input.object}/${input.id}`
      records.set(key, store(input, records.get(key)))
    },
  }
}

function failure(status: number, error: string): SandboxResponse {
  return { status, body: { error, 'field-errors': {}, errors: [] } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
