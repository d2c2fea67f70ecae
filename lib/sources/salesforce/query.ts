import type * as z from 'zod'
import { Misconfigured } from '../../core/model/errors.ts'
import type { HttpResponse } from '../../support/http.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { callSalesforce, dataPath, errorCodeIn, type SalesforceApi } from './call.ts'
import { rowsSchema } from './schemas.ts'

const crm = 'Salesforce'

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
  return readRows(`${dataPath}/${resource}?q=${encodeURIComponent(soql)}`, api)
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
  const response = await callSalesforce({ method: 'GET', path }, api)
  checkField(response)
  if (isMissing(crm, response)) return undefined
  return readAnswer(crm, rowsSchema, response, api.clock.now())
}

/** An error whose status does not tell what it means. */
function checkField(response: HttpResponse): void {
  const code = errorCodeIn(response)
  if (code !== 'INVALID_FIELD' && code !== 'INVALID_TYPE') return
  throw new Misconfigured(
    'CRM_DENIED',
    `Salesforce answered ${code}: the connected user may not see the object or a field, or sync.config.ts names a field that does not exist`,
    { status: response.status },
  )
}
