import type { RecordType } from '../../core/model/change.ts'
import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { HttpResponse } from '../../support/http.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { toIsoTime } from '../iso-time.ts'
import { type ListCursor, nextCursor, readCursor } from '../list-cursor.ts'
import type { OwnAccount } from '../own-account.ts'
import { apiPath, crm, type DataverseApi, getFromDataverse } from './call.ts'
import { rowsSchema } from './schemas.ts'
import { type DynamicsTable, dynamicsTable, idOf } from './to-customer.ts'

/** A transaction may commit after the times that it writes: both are guesses. */
const lagSeconds = 30
const overlapSeconds = 300
const recordTypes = ['contact', 'company', 'lead'] as const satisfies readonly RecordType[]

/**
 * One page (5,000 at most) of the contacts, accounts and leads that changed since a time. Deleted records are not listed.
 * Merged ones are: the merge changes them. Pages follow Dataverse's own links.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results
 */
export async function listDynamicsChanges(
  since: string,
  from: string | null,
  ownOrganization: OwnAccount,
  api: DataverseApi,
): Promise<ListedRecords> {
  const account = await ownOrganization()
  if (account === undefined) {
    throw new Misconfigured(
      'CRM_NOT_THERE',
      'Dynamics 365 does not say which organization DYNAMICS_API_URL is',
    )
  }
  const cursor = readCursor(from, api.clock.now(), lagSeconds)
  const { completeUntil } = cursor
  const recordType = recordTypes[cursor.part]
  if (!recordType) return { refs: [], cursor: null, completeUntil }
  const table = dynamicsTable(recordType)
  const response = await getFromDataverse(cursor.after ?? firstPage(since, table, cursor), api)
  if (recordType !== 'contact' && isNotFollowed(response)) {
    return { refs: [], cursor: nextCursor(cursor, null, recordTypes.length), completeUntil }
  }
  const page = readAnswer(crm, rowsSchema, response, api.clock.now())
  const refs = page.value.flatMap((row) => {
    const recordId = idOf(row, table)
    return recordId === undefined ? [] : [{ source: 'dynamics', account, recordType, recordId }]
  })
  const after = pathOf(page['@odata.nextLink'], api)
  const reached = toIsoTime(page.value.at(-1)?.['modifiedon'])
  return { refs, cursor: nextCursor(cursor, after, recordTypes.length), completeUntil, reached }
}

/** The organization has no such table (leads come with Dynamics 365 Sales), or the application user was not given it to read. */
function isNotFollowed(response: HttpResponse): boolean {
  return response.status === 403 || isMissing(crm, response)
}

/** The window ends where the walk is complete, so that a record that changes meanwhile leaves it and moves no other. */
function firstPage(since: string, { set, idColumn }: DynamicsTable, { completeUntil }: ListCursor): string {
  const begin = new Date(Date.parse(since) - overlapSeconds * 1000).toISOString()
  const filter = `modifiedon ge ${begin} and modifiedon lt ${completeUntil}`
  return `${apiPath}/${set}?$select=${idColumn},modifiedon&$filter=${encodeURIComponent(filter)}&$orderby=modifiedon%20asc`
}

/** The path and query of the next page; null after the last one. The access token is sent to no other host than our own. */
function pathOf(link: string | null | undefined, { origin }: DataverseApi): string | null {
  if (!link) return null
  const { pathname = '', search = '' } = URL.canParse(link, origin) ? new URL(link, origin) : {}
  if (pathname.startsWith(`${apiPath}/`)) return `${pathname}${search}`
  throw new RetryLater('CRM_ANSWER_UNREADABLE', `${crm}'s answer cannot be read: the next page is elsewhere`)
}
