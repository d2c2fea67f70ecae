import { Misconfigured } from '../../core/model/errors.ts'
import { sendRequest } from '../../support/http.ts'
import { classifyStatus, type StatusClass } from '../../support/http-status.ts'
import { answeredJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { type Connection, callRpc, json2, jsonRpc, type Search, type SearchRead } from './dialects.ts'
import { crm, failedCall, isLoginRefused } from './errors.ts'
import { type OdooRecord, serverVersionSchema, webVersionSchema } from './schemas.ts'

/** Odoo refuses every login for a minute after five wrong ones. */
const deniedMillis = 60_000

/** What the server answers where it has no such page; anything else is a failure. */
const absent: ReadonlySet<StatusClass> = new Set(['ok', 'denied', 'refused'])

export type OdooApi = {
  /** `search_read` on contacts, archived ones included. Fields that this release of Odoo does not have are not asked for. */
  searchRead(search: Search): Promise<readonly OdooRecord[]>
}

type Dialect = { readonly searchRead: SearchRead; readonly missing: ReadonlySet<string> }

/**
 * The API of one database. Calls are made one at a time: Odoo Online allows about one call a second (a guess, as no limit is
 * published). Release and login are asked for once. A refused login is not tried again for a minute. Throws Misconfigured,
 * RetryLater or Rejected, never with a text of Odoo's.
 */
export function odooApi(connection: Connection): OdooApi {
  const { clock } = connection
  let dialect: Dialect | undefined
  let refused: { readonly error: unknown; readonly until: number } | undefined
  let last: Promise<unknown> = Promise.resolve()

  const call = async ({ fields, ...search }: Search): Promise<readonly OdooRecord[]> => {
    if (refused && clock.now().getTime() < refused.until) throw refused.error
    try {
      dialect ??= await findDialect(connection)
      const { searchRead, missing } = dialect
      return await searchRead({ ...search, fields: fields.filter((field) => !missing.has(field)) })
    } catch (error) {
      // The release or the user may be another one by now.
      if (error instanceof Misconfigured) dialect = undefined
      refused = isLoginRefused(error) ? { error, until: clock.now().getTime() + deniedMillis } : undefined
      throw error
    }
  }

  return {
    searchRead(search) {
      const answer = last.then(() => call(search))
      last = answer.catch(() => undefined)
      return answer
    },
  }
}

async function findDialect(connection: Connection): Promise<Dialect> {
  const release = await fetchRelease(connection)
  // Odoo 19 has no mobile number any more.
  return release >= 19
    ? { searchRead: json2(connection), missing: new Set(['mobile']) }
    : { searchRead: await jsonRpc(connection), missing: new Set() }
}

/** 17, 18, 19 …; neither call needs a login. Before Odoo 19, `/web/version` does not exist. */
async function fetchRelease({ origin, clock }: Connection): Promise<number> {
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/web/version`,
    headers: { accept: 'application/json' },
  })
  const status = classifyStatus(response.status)
  const told = status === 'ok' ? webVersionSchema.safeParse(answeredJson(response.text)) : null
  if (told?.success) return releaseOf(told.data.version)
  if (!absent.has(status)) readAnswer(crm, webVersionSchema, response, clock.now())
  const answer = serverVersionSchema.safeParse(await callRpc('common', 'version', [], { origin, clock }))
  if (!answer.success) throw failedCall()
  return releaseOf(answer.data.server_version)
}

/** `18.0`, or `saas~18.2` at Odoo Online. */
function releaseOf(version: string): number {
  return Number(/\d+/.exec(version)?.[0] ?? 0)
}
