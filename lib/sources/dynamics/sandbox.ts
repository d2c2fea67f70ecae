import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { isIssuedToken } from '../../offline/sandbox/sandbox-tokens.ts'
import { apiPath } from './call.ts'
import { findPage } from './sandbox-query.ts'
import {
  findUnknownColumns,
  inputSchema,
  type StoredRow,
  shown,
  store,
  type Table,
  tables,
} from './sandbox-records.ts'

type Options = {
  /** The secret that the login sandbox signs tokens with. */
  readonly clientSecret: string
  readonly organizationId: string
  /** Tables that the application user may not read. */
  readonly withoutPrivilege?: readonly Table[]
}

/** A sandbox of the Dataverse Web API v9.2 for reading contacts, accounts and leads, and for WhoAmI. */
export function dataverseSandbox({ clientSecret, organizationId, withoutPrivilege = [] }: Options): Sandbox {
  const rows = new Map<string, StoredRow>()
  const rowsOf = (table: Table) => [...rows.values()].filter((row) => row.table === table && !row.deleted)

  const list = (table: Table, { query, headers }: SandboxRequest): SandboxResponse => {
    const wanted = selected(query)
    const unknown = findUnknownColumns(table, wanted, rowsOf(table))
    if (unknown.length > 0) return noSuchColumn(unknown, table)
    const prefer = headers['prefer'] ?? ''
    const pageSize = Math.min(5000, Number(/odata\.maxpagesize=(\d+)/.exec(prefer)?.[1] ?? 5000))
    const found = findPage(rowsOf(table), { table, query, pageSize })
    if (!found) return failure(400, '0x80060888', 'The query specified in the URI is not valid.')
    return {
      status: 200,
      body: {
        '@odata.context': `${apiPath}/$metadata#${table}s`,
        value: found.page.map((row) => shown(row, wanted, prefer)),
        ...(found.skipToken && { '@odata.nextLink': nextLink(table, { query, headers }, found.skipToken) }),
      },
    }
  }

  const read = (table: Table, id: string, { query, headers }: SandboxRequest): SandboxResponse => {
    const wanted = selected(query)
    const unknown = findUnknownColumns(table, wanted, rowsOf(table))
    if (unknown.length > 0) return noSuchColumn(unknown, table)
    const row = rows.get(`${table}/${id.toLowerCase()}`)
    if (!row || row.deleted) return failure(404, '0x80040217', `${table} With Id = ${id} Does Not Exist`)
    return { status: 200, body: shown(row, wanted, headers['prefer'] ?? '') }
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const { method, path, headers } = request
    const token = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
    if (!isIssuedToken(token, clientSecret)) return { status: 401, headers: { 'www-authenticate': 'Bearer' } }
    if (method !== 'GET') return failure(405, '0x80060888', 'Method Not Allowed')
    if (path === `${apiPath}/WhoAmI`) {
      const BusinessUnitId = '5d1c9c1e-7f0a-4c5b-9a52-3f1d6f0b7a11'
      const UserId = '0f6b7c52-5a57-4a43-8a63-b5d9a9d0c1e2'
      return { status: 200, body: { BusinessUnitId, UserId, OrganizationId: organizationId } }
    }
    const [, name, id] = /^\/api\/data\/v9\.2\/(contact|account|lead)s(?:\(([^)]*)\))?$/.exec(path) ?? []
    const table = tables.find((it) => it === name)
    if (!table) return failure(404, '0x80060888', `Resource not found for the segment '${path}'.`)
    if (withoutPrivilege.includes(table)) {
      return failure(403, '0x80040220', `Principal user is missing prvRead${table} privilege`)
    }
    if (id === undefined) return list(table, request)
    if (!/^[0-9a-f-]{36}$/i.test(id)) return failure(400, '0x80060888', 'Error in query syntax.')
    return read(table, id, request)
  }

  return {
    name: 'dynamics',
    handle: (request) => {
      const answer = route(request)
      return { ...answer, headers: { 'odata-version': '4.0', ...answer.headers } }
    },
    records: () => [...rows.values()],
    editableRecords: () => [...rows.values()].map(({ modifiedon: _, ...input }) => input),
    putRecord: (record) => {
      const input = inputSchema.parse(record)
      const key = `${input.table}/${input.id}`
      rows.set(key, store(input, rows.get(key)))
    },
  }
}

function selected(query: URLSearchParams): string[] {
  return (query.get('$select') ?? '').split(',').filter(Boolean)
}

/** The whole URL, as Dataverse gives it. */
function nextLink(
  table: Table,
  { query, headers }: Pick<SandboxRequest, 'query' | 'headers'>,
  skipToken: string,
): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', skipToken)
  return `http://${headers['host']}${apiPath}/${table}s?${next}`
}

function failure(status: number, code: string, message: string): SandboxResponse {
  return { status, body: { error: { code, message } } }
}

function noSuchColumn(unknown: readonly string[], table: Table): SandboxResponse {
  const message = `Could not find a property named '${unknown[0]}' on type 'Microsoft.Dynamics.CRM.${table}'.`
  return failure(400, '0x80060888', message)
}
