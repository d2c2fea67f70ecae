import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { listCompanies, searchContacts } from './sandbox-lists.ts'
import { failure, inputSchema, type StoredRecord, shown } from './sandbox-records.ts'

/** Intercom resolves as many merges in a row. */
const mostHops = 3

type Options = {
  readonly accessToken: string
  /** The workspace of the token. Default: the workspace of the samples in `events/`. */
  readonly workspace?: string
}

/**
 * A sandbox of Intercom's REST API 2.16: reading contacts and companies, the contacts by time, the companies by page, and the
 * token's workspace.
 */
export function intercomSandbox({ accessToken, workspace = 'wk7pay3k' }: Options): Sandbox {
  const records = new Map<string, StoredRecord>()
  const find = (object: StoredRecord['object'], id: string) => records.get(`${object}/${id}`)
  const live = (object: StoredRecord['object']) =>
    [...records.values()].filter(
      (it) => it.object === object && !it.deleted && !it.archived && it.mergedInto === undefined,
    )

  /** The contact that is left after up to three merges in a row. */
  const canonical = (id: string, hops = mostHops): string => {
    const into = find('contacts', id)?.mergedInto
    return into === undefined || hops === 0 ? id : canonical(into, hops - 1)
  }

  const showContact = (id: string, { query, headers }: SandboxRequest): SandboxResponse => {
    const record = find('contacts', id)
    if (!record || record.deleted || record.archived) return failure(404, 'not_found')
    if (record.mergedInto !== undefined) {
      // Older versions do not know the 410.
      if (headers['intercom-version'] !== '2.16') return failure(404, 'not_found')
      const link = `</contacts/${canonical(id)}>; rel="canonical"`
      return { ...failure(410, 'contact_merged'), headers: { link } }
    }
    const withHistory = query.get('include_merge_history') === 'true' && record.role === 'user'
    const merged = [...records.values()].filter(({ mergedInto }) => mergedInto === id)
    const merge_history = merged.map((it) => ({ type: 'merge_history', source_contact_id: it.id }))
    return { status: 200, body: { ...shown(record), ...(withHistory && { merge_history }) } }
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const { method, path, query, headers, body } = request
    if (headers['authorization'] !== `Bearer ${accessToken}`) return failure(401, 'unauthorized')
    if (method === 'POST' && path === '/contacts/search') return searchContacts(live('contacts'), body)
    if (method === 'POST' && path === '/companies/list') return listCompanies(live('companies'), query)
    const [, object, encoded = ''] = /^\/(contacts|companies)\/([^/]+)$/.exec(path) ?? []
    if (method !== 'GET') return failure(404, 'not_found')
    if (path === '/me') {
      const app = { type: 'app', id_code: workspace, region: 'US' }
      return { status: 200, body: { type: 'admin', id: '814', app } }
    }
    const id = decodeURIComponent(encoded)
    if (object === 'contacts') return showContact(id, request)
    const company = object === 'companies' ? find('companies', id) : undefined
    if (!company || company.deleted) return failure(404, object ? 'company_not_found' : 'not_found')
    return { status: 200, body: shown(company) }
  }

  return {
    name: 'intercom',
    handle: route,
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(({ updated_at: _, ...input }) => input),
    putRecord: (record) => {
      const input = inputSchema.parse(record)
      const key = `${input.object}/${input.id}`
      records.set(key, { ...input, updated_at: updatedAt(input, records.get(key)) })
    },
  }
}

/** In seconds. A record that is stored again unchanged keeps its own time. */
function updatedAt(input: ReturnType<typeof inputSchema.parse>, before: StoredRecord | undefined): number {
  if (input.updated_at !== undefined) return input.updated_at
  const { updated_at, ...held } = before ?? {}
  const isUnchanged = JSON.stringify({ ...held, ...input }) === JSON.stringify(held)
  return isUnchanged && updated_at !== undefined ? updated_at : Math.floor(Date.now() / 1000)
}
