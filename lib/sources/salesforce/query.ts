import type * as z from 'zod'
import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { type HttpResponse, sendRequest } from '../../support/http.ts'
import { parseJson } from '../../support/json.ts'
import type { AccessTokens } from '../access-token.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { errorsSchema, rowsSchema } from './schemas.ts'

export type SalesforceApi = {
  readonly origin: string | undefined
  readonly tokens: AccessTokens
  readonly clock: Clock
}

const crm = 'Salesforce'
const version = 'v62.0'
/** Over the daily limit, calls are possible again as the last 24 hours move on. */
const limitSeconds = 900

type Rows = z.infer<typeof rowsSchema>

/**
 * One page of the rows of a SOQL query (REST API Developer Guide, "Query" and "QueryAll"). `queryAll` also returns deleted and
 * merged records. Undefined when Salesforce answers 404. Throws as `readAnswer` does.
 */
export async function queryPage(
  resource: 'query' | 'queryAll',
  soql: string,
  api: SalesforceApi,
): Promise<Rows | undefined> {
  return readRows(`/services/data/${version}/${resource}?q=${encodeURIComponent(soql)}`, api)
}

/** All rows of a query, deleted and merged records included. Throws as `readAnswer` does. */
export async function queryAll(soql: string, api: SalesforceApi): Promise<Rows['records']> {
  const rows: Rows['records'] = []
  let page = await queryPage('queryAll', soql, api)
  while (page) {
    rows.push(...page.records)
    // A page may hold fewer rows than Salesforce's limit, depending on how large they are.
    if (page.done || !page.nextRecordsUrl) return rows
    page = await readRows(page.nextRecordsUrl, api)
  }
  throw notThere()
}

export function notThere(): Misconfigured {
  return new Misconfigured(
    'CRM_NOT_THERE',
    'Salesforce has no query API at this address: check SALESFORCE_API_URL',
  )
}

async function readRows(path: string, api: SalesforceApi): Promise<Rows | undefined> {
  const response = await call(path, api)
  if (isMissing(crm, response)) return undefined
  return readAnswer(crm, rowsSchema, response, api.clock.now())
}

/** Sends a call; once again with another token when Salesforce has ended the session of this one (401). */
async function call(path: string, { origin, tokens }: SalesforceApi): Promise<HttpResponse> {
  if (!origin) throw new Misconfigured('NO_API_URL', 'SALESFORCE_API_URL is not set')
  const send = ({ token }: { readonly token: string }) =>
    sendRequest({
      method: 'GET',
      url: `${origin}${path}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      maxBytes: 8 * 1024 * 1024,
    })
  const used = await tokens.current()
  const first = await send(used)
  const response = first.status === 401 ? await send(await tokens.current(used.token)) : first
  checkErrorCode(response)
  return response
}

/** The errors whose status does not tell what they mean. Codes are Salesforce's own, never text of the record. */
function checkErrorCode({ status, text }: HttpResponse): void {
  if (status !== 400 && status !== 403) return
  const code = errorCodeIn(text)
  if (code === 'REQUEST_LIMIT_EXCEEDED') {
    throw new RetryLater(
      'CRM_THROTTLED',
      'the API calls of the last 24 hours are used up; it will be retried',
      {
        status,
        afterSeconds: limitSeconds,
        counts: false,
      },
    )
  }
  if (code === 'INVALID_FIELD' || code === 'INVALID_TYPE') {
    throw new Misconfigured(
      'CRM_DENIED',
      `Salesforce answered ${code}: the connected user may not see the object or a field, or sync.config.ts names a field that does not exist`,
      { status },
    )
  }
}

function errorCodeIn(text: string): string | undefined {
  try {
    return errorsSchema.safeParse(parseJson(Buffer.from(text, 'utf8'))).data?.[0]?.errorCode
  } catch {
    return undefined
  }
}
