import * as z from 'zod'
import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { isObject } from '../../support/json.ts'
import { OdooException, sandboxContacts } from './sandbox-records.ts'

type Options = {
  readonly database: string
  readonly user: string
  readonly apiKey: string
  /** Such as `17.0`, `saas~18.2` or `19.0`. Default: 18.0. */
  readonly version?: string
  readonly now?: () => number
}

const uid = 2
const mostFailedLogins = 5
const lockedMillis = 60_000

const callSchema = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.literal('call'),
  id: z.int(),
  params: z.object({
    service: z.enum(['common', 'object']),
    method: z.string(),
    args: z.array(z.unknown()),
  }),
})

/** A sandbox of Odoo's API for reading contacts: JSON-RPC, and from Odoo 19 on JSON-2 and the public version. */
export function odooSandbox(options: Options): Sandbox {
  const { database, user, apiKey, version = '18.0', now = Date.now } = options
  const release = Number(/\d+/.exec(version)?.[0])
  const contacts = sandboxContacts(release)
  let failures: readonly number[] = []

  /** Throws for wrong credentials, and after five of them for a minute also for right ones. */
  const logIn = (isRight: boolean) => {
    failures = failures.filter((at) => now() - at < lockedMillis)
    if (isRight && failures.length < mostFailedLogins) return
    failures = [...failures, now()]
    throw new OdooException('odoo.exceptions.AccessDenied')
  }

  const call = (service: string, method: string, args: readonly unknown[]): unknown => {
    if (service === 'common' && method === 'version') {
      return { server_version: version, server_version_info: [release, 0, 0, 'final', 0, ''] }
    }
    if (service === 'common' && method === 'authenticate') {
      const [db, login, key] = args
      try {
        logIn(db === database && login === user && key === apiKey)
        return uid
      } catch (error) {
        // A wrong login is no error here, a locked one is.
        if (failures.length > mostFailedLogins) throw error
        return false
      }
    }
    const [db, id, key, model, name, positional, named] = args
    if (service !== 'object' || method !== 'execute_kw') throw new OdooException('builtins.Exception')
    logIn(db === database && id === uid && key === apiKey)
    if (model !== 'res.partner' || name !== 'search_read') throw new OdooException('builtins.KeyError')
    const [domain] = Array.isArray(positional) ? positional : []
    return contacts.searchRead({ domain, ...(isObject(named) && named) })
  }

  const jsonRpc = ({ method, body }: SandboxRequest): SandboxResponse => {
    if (method !== 'POST') return text(405, 'Method Not Allowed')
    const parsed = callSchema.safeParse(jsonOf(body))
    if (!parsed.success) return text(400, 'Invalid JSON data')
    const { service, method: name, args } = parsed.data.params
    const envelope = { jsonrpc: '2.0', id: parsed.data.id }
    try {
      return { status: 200, body: { ...envelope, result: call(service, name, args) } }
    } catch (error) {
      const data = exceptionBody(error)
      const code = release < 19 ? 200 : 0
      return { status: 200, body: { ...envelope, error: { code, message: 'Odoo Server Error', data } } }
    }
  }

  const json2 = ({ method, path, headers, body }: SandboxRequest): SandboxResponse => {
    if (headers['authorization'] !== `bearer ${apiKey}`)
      return failure(401, 'werkzeug.exceptions.Unauthorized')
    if ((headers['x-odoo-database'] ?? database) !== database) return page(404)
    if (method !== 'POST') return text(405, 'Method Not Allowed')
    if (path !== '/json/2/res.partner/search_read') return failure(404, 'werkzeug.exceptions.NotFound')
    const named = jsonOf(body)
    if (named === undefined) return failure(400, 'werkzeug.exceptions.BadRequest')
    try {
      return { status: 200, body: contacts.searchRead(named) }
    } catch (error) {
      return { status: 500, body: exceptionBody(error) }
    }
  }

  return {
    name: 'odoo',
    handle(request) {
      const { path } = request
      if (path === '/jsonrpc') return jsonRpc(request)
      if (release < 19) return page(404)
      if (path.startsWith('/json/2/')) return json2(request)
      if (path !== '/web/version') return page(404)
      return { status: 200, body: { version, version_info: [release, 0, 0, 'final', 0, ''] } }
    },
    records: contacts.all,
    editableRecords: contacts.editable,
    putRecord: contacts.put,
  }
}

/** `message` and `debug` of the real one quote what was asked for. */
function exceptionBody(error: unknown) {
  if (!(error instanceof OdooException)) throw error
  const message = 'quoted@example.com'
  return { name: error.exception, message, arguments: [message], context: {}, debug: `Traceback ${message}` }
}

function failure(status: number, name: string): SandboxResponse {
  return { status, body: { name, message: name, arguments: [], context: {}, debug: '' } }
}

function text(status: number, body: string): SandboxResponse {
  return { status, body, headers: { 'content-type': 'text/plain' } }
}

function page(status: number): SandboxResponse {
  return { status, body: '<!doctype html>', headers: { 'content-type': 'text/html; charset=utf-8' } }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
