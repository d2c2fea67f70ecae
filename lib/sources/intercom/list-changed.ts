import { Misconfigured } from '../../core/model/errors.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import { readAnswer } from '../crm-answer.ts'
import { type ListCursor, nextCursor, readCursor } from '../list-cursor.ts'
import type { OwnAccount } from '../own-account.ts'
import { callIntercom, type IntercomApi } from './call.ts'
import { companiesSchema, searchSchema } from './schemas.ts'
import { wholeSeconds } from './to-customer.ts'

/** Intercom's limit for one page of a search, as its clients use it. */
const pageSize = 150
/** A new contact may be missing from the search for "a few minutes" (Search contacts); ten are a guess. */
const lagSeconds = 600
/** The search compares calendar days, and `>` begins on the day after: two days before is early enough in any time zone. */
const daySlackSeconds = 2 * 86_400
/** Of companies; a guess, within the limit of clients. */
const companyPageSize = 50
/** Intercom lists no more companies than these. */
const mostCompanies = 10_000

const recordTypes = ['contact', 'company'] as const

type Page = {
  readonly listed: readonly { readonly id: string; readonly updated_at?: unknown }[]
  readonly after: string | null
} & Pick<ListedRecords, 'left' | 'reached'>

/**
 * One page of the contacts (`POST /contacts/search`) and companies (`POST /companies/list`) that changed since a time. Companies
 * cannot be searched by time, so all are looked through. Deleted and merged records are not listed.
 */
export async function listIntercomChanges(
  since: string,
  from: string | null,
  ownWorkspace: OwnAccount,
  api: IntercomApi,
): Promise<ListedRecords> {
  const account = await ownWorkspace()
  if (account === undefined) {
    throw api.accessToken
      ? new Misconfigured(
          'CRM_NOT_THERE',
          'Intercom does not say which workspace INTERCOM_ACCESS_TOKEN is of',
        )
      : new Misconfigured('NO_ACCESS_TOKEN', 'INTERCOM_ACCESS_TOKEN is not set')
  }
  const cursor = readCursor(from, api.clock.now(), lagSeconds)
  const { completeUntil } = cursor
  const recordType = recordTypes[cursor.part]
  if (!recordType) return { refs: [], cursor: null, completeUntil }
  const { listed, after, ...place } = await (recordType === 'contact' ? contacts : companies)(
    since,
    cursor,
    api,
  )
  const begin = Math.floor(Date.parse(since) / 1000) * 1000
  const refs = listed
    .filter(({ updated_at: time }) => Date.parse(wholeSeconds(time) ?? since) >= begin)
    .map(({ id }) => ({ source: 'intercom', account, recordType, recordId: id }))
  return { refs, cursor: nextCursor(cursor, after, recordTypes.length), completeUntil, ...place }
}

/** Oldest change first. What changes meanwhile moves to the end, so the walk ends with what changed after its window. */
async function contacts(
  since: string,
  { after, completeUntil }: ListCursor,
  api: IntercomApi,
): Promise<Page> {
  const value = Math.floor(Date.parse(since) / 1000) - daySlackSeconds
  const response = await callIntercom(api, {
    method: 'POST',
    path: '/contacts/search',
    body: {
      query: { operator: 'AND', value: [{ field: 'updated_at', operator: '>', value }] },
      sort: { field: 'updated_at', order: 'ascending' },
      pagination: { per_page: pageSize, ...(after !== null && { starting_after: after }) },
    },
  })
  const { data, pages } = readAnswer('Intercom', searchSchema, response, api.clock.now())
  const last = wholeSeconds(data.at(-1)?.updated_at)
  const isBeyond = last !== undefined && Date.parse(last) > Date.parse(completeUntil)
  return { listed: data, after: (!isBeyond && pages?.next?.starting_after) || null, reached: last }
}

async function companies(_: string, { after }: ListCursor, api: IntercomApi): Promise<Page> {
  const page = Number(after ?? 1)
  const response = await callIntercom(api, {
    method: 'POST',
    path: `/companies/list?page=${page}&per_page=${companyPageSize}`,
  })
  const { data, pages } = readAnswer('Intercom', companiesSchema, response, api.clock.now())
  const isLast = page >= pages.total_pages || page * companyPageSize >= mostCompanies
  const left = isLast ? 0 : (pages.total_pages - page) * companyPageSize
  return { listed: data, after: isLast ? null : String(page + 1), left }
}
