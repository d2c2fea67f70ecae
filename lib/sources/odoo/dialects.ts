import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { classifyStatus } from '../../support/http-status.ts'
import { answeredJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { crm, failedCall, knownError, wrongLogin } from './errors.ts'
import { errorSchema, type OdooRecord, recordsSchema, rpcSchema } from './schemas.ts'

export type Connection = {
  readonly origin: string
  readonly database: string | undefined
  readonly user: string | undefined
  readonly apiKey: string | undefined
  readonly clock: Clock
}

/** The named arguments of `search_read` on `res.partner`. */
export type Search = {
  readonly domain: readonly (readonly [string, string, unknown])[]
  readonly fields: readonly string[]
  readonly limit?: number
  readonly order?: string
}
export type SearchRead = (search: Search) => Promise<readonly OdooRecord[]>

/** Archived records are records, too. */
const context = { active_test: false }

/**
 * JSON-2, from Odoo 19 on (https://www.odoo.com/documentation/19.0/developer/reference/external_api.html). Errors have a
 * status, and Odoo's exception in the body.
 */
export function json2({ origin, database, apiKey, clock }: Connection): SearchRead {
  checkSet({ ODOO_ACCESS_TOKEN: apiKey })
  return async (search) => {
    const response = await post(
      `${origin}/json/2/res.partner/search_read`,
      { ...search, context },
      { authorization: `bearer ${apiKey}`, ...(database && { 'x-odoo-database': database }) },
    )
    const status = classifyStatus(response.status)
    const isError = status === 'failed' || status === 'refused'
    const name = isError ? errorSchema.safeParse(answeredJson(response.text)).data?.name : undefined
    if (response.status === 404 && name === undefined) throw notThere()
    const known = name === undefined ? undefined : knownError(name)
    if (known) throw known
    return readAnswer(crm, recordsSchema, response, clock.now())
  }
}

/**
 * JSON-RPC, up to Odoo 19 (https://www.odoo.com/documentation/18.0/developer/howtos/web_services.html). Logs in once. Throws
 * Misconfigured when the login is wrong.
 */
export async function jsonRpc(connection: Connection): Promise<SearchRead> {
  const { database, user, apiKey } = connection
  checkSet({ ODOO_DATABASE: database, ODOO_USER: user, ODOO_ACCESS_TOKEN: apiKey })
  const uid = await callRpc('common', 'authenticate', [database, user, apiKey, {}], connection)
  if (typeof uid !== 'number') throw wrongLogin()
  return async ({ domain, ...options }) => {
    const args = [database, uid, apiKey, 'res.partner', 'search_read', [domain], { ...options, context }]
    const found = recordsSchema.safeParse(await callRpc('object', 'execute_kw', args, connection))
    if (!found.success) throw failedCall()
    return found.data
  }
}

/** The result of one call. Errors come with status 200: Odoo's exception says what they are. */
export async function callRpc(
  service: 'common' | 'object',
  method: string,
  args: readonly unknown[],
  { origin, clock }: Pick<Connection, 'origin' | 'clock'>,
): Promise<unknown> {
  const body = { jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }
  const response = await post(`${origin}/jsonrpc`, body)
  if (response.status === 404) throw notThere()
  const { result, error } = readAnswer(crm, rpcSchema, response, clock.now())
  if (error) throw knownError(error.data?.name ?? '') ?? failedCall()
  return result
}

function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return sendRequest({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** A missing path is never a missing record: `search_read` leaves those out. */
function notThere(): Misconfigured {
  return new Misconfigured('CRM_NOT_THERE', `${crm} has no API there: check ODOO_API_URL`, { status: 404 })
}

function checkSet(settings: Readonly<Record<string, string | undefined>>): void {
  const [missing] = Object.entries(settings).find(([, value]) => !value) ?? []
  if (missing) throw new Misconfigured('NO_ACCESS_TOKEN', `${missing} is not set`)
}
