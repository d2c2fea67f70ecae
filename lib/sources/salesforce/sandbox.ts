import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { isIssuedToken } from '../../offline/sandbox/sandbox-tokens.ts'
import { failure } from './sandbox-answers.ts'
import { sandboxFields } from './sandbox-fields.ts'
import { logIn, type SandboxApp } from './sandbox-login.ts'
import { inputSchema, objects, type Row, rowOf, type StoredRecord, stored } from './sandbox-records.ts'
import { parseSoql, type Soql } from './sandbox-soql.ts'
import { writeRow } from './sandbox-write.ts'

type Options = SandboxApp & {
  /** The most rows of one page. */
  readonly pageSize?: number
}

const api = '/services/data/v62.0'

/**
 * A sandbox of Salesforce: the token endpoint, and the REST API for contacts, accounts and leads, with the custom fields of those
 * objects, and for the organization.
 */
export function salesforceSandbox(options: Options): Sandbox {
  const { clientSecret, organization, pageSize = 2000 } = options
  const records = new Map<string, StoredRecord>()
  const locators = new Map<string, readonly Row[]>()
  const find = (id: string) => records.get(id)
  const fields = sandboxFields((object) => [...records.values()].filter((record) => record.object === object))

  const pageOf = (rows: readonly Row[], totalSize: number): SandboxResponse => {
    const page = rows.slice(0, pageSize)
    const rest = rows.slice(pageSize)
    if (rest.length === 0) return { status: 200, body: { totalSize, done: true, records: page } }
    const nextRecordsUrl = `${api}/query/01gRO000000000${locators.size}-${pageSize}`
    locators.set(nextRecordsUrl, rest)
    return { status: 200, body: { totalSize, done: false, nextRecordsUrl, records: page } }
  }

  const query = (text: string, withDeleted: boolean): SandboxResponse => {
    const soql = parseSoql(text)
    if (!soql) return failure(400, 'MALFORMED_QUERY', 'unexpected token')
    if (soql.object === 'Organization') return pageOf([{ Id: organization }], 1)
    const { object } = soql
    const isUnknown = (name: string) =>
      /__p?c$/.test(name) && !name.includes('.') && !fields.find(object, name)
    if (soql.fields.some(isUnknown)) return failure(400, 'INVALID_FIELD', 'No such column')
    const found = [...records.values()]
      .filter((record) => record.object === soql.object && !record.isPurged && isIn(record, soql))
      .filter(({ IsDeleted }) => withDeleted || !IsDeleted)
      .toSorted((a, b) => (a.Id < b.Id ? -1 : 1))
      .slice(0, soql.limit)
    const rows = found.flatMap((record) => rowOf(record, soql.fields, find) ?? [])
    if (rows.length < found.length) return failure(400, 'INVALID_FIELD', 'No such column')
    return pageOf(rows, rows.length)
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const { method, path, headers, query: parameters } = request
    if (path === '/services/oauth2/token') {
      return method === 'POST' ? logIn(request, options) : failure(405, 'METHOD_NOT_ALLOWED', 'POST')
    }
    const token = headers['authorization']?.replace(/^Bearer /, '') ?? ''
    if (!isIssuedToken(token, clientSecret)) {
      return failure(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    }
    const [, kind, id = ''] = /^\/services\/data\/v62\.0\/sobjects\/(\w+)\/(\w+)$/.exec(path) ?? []
    const object = objects.find((name) => name === kind)
    if (object && id === 'describe') {
      return method === 'GET'
        ? { status: 200, body: { name: object, fields: fields.describe(object) } }
        : failure(405, 'METHOD_NOT_ALLOWED', 'HTTP Method not allowed')
    }
    if (object && method === 'PATCH') {
      const record = find(id)
      return writeRow(record?.object === object ? record : undefined, request, fields, (next) => {
        records.set(next.Id, next)
      })
    }
    const rest = locators.get(path)
    const isQuery = path === `${api}/query` || path === `${api}/queryAll`
    if (!isQuery && !rest) return failure(404, 'NOT_FOUND', 'The requested resource does not exist')
    if (method !== 'GET') return failure(405, 'METHOD_NOT_ALLOWED', 'HTTP Method not allowed')
    return rest ? pageOf(rest, rest.length) : query(parameters.get('q') ?? '', path.endsWith('queryAll'))
  }

  return {
    name: 'salesforce',
    handle: (request) => ({ ...route(request), headers: { 'sforce-limit-info': 'api-usage=18/100000' } }),
    records: () => [...records.values()],
    editableRecords: () => [...records.values()].map(({ SystemModstamp: _, ...input }) => input),
    putRecord: (record) => {
      if (fields.put(record)) return
      const input = inputSchema.parse(record)
      records.set(input.Id, stored(input, find(input.Id)))
    },
  }
}

function isIn({ Id, SystemModstamp }: StoredRecord, { ids, changed, after }: Soql): boolean {
  const at = Date.parse(SystemModstamp)
  if (ids && !ids.includes(Id)) return false
  if (changed && (at < changed.from || at >= changed.until)) return false
  return after === null || Id > after
}
