import { type RecordType, recordTypes } from '../../core/model/change.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import type { OwnAccount } from '../own-account.ts'
import type { SalesforceApi } from './call.ts'
import { notThere, queryPage } from './query.ts'
import { salesforceObject } from './to-customer.ts'

/** Salesforce's limit for one page of a query. */
const pageSize = 2000
/** A record gets its time when it is saved, but is visible after the commit only: both are guesses. */
const lagSeconds = 60
const overlapSeconds = 600

/**
 * One page of the contacts, accounts and leads that changed since a time, and of those that were deleted or merged, until they
 * are purged from the recycle bin (`queryAll`). Pages are continued by the last id inside a window of `SystemModstamp`, so that
 * a record that changes meanwhile moves none of the others.
 */
export async function listSalesforceChanges(
  since: string,
  from: string | null,
  ownOrganization: OwnAccount,
  api: SalesforceApi,
): Promise<ListedRecords> {
  const account = await ownOrganization()
  if (account === undefined) throw notThere()
  const cursor = readCursor(from, api.clock.now(), lagSeconds)
  const { completeUntil } = cursor
  const recordType = recordTypes[cursor.part]
  if (!recordType) return { refs: [], cursor: null, completeUntil }
  const page = await queryPage('queryAll', soqlOf(recordType, since, completeUntil, cursor.after), api)
  if (!page) throw notThere()
  const refs = page.records.map(({ Id: recordId }) => ({
    source: 'salesforce',
    account,
    recordType,
    recordId,
  }))
  const isLast = page.done && refs.length < pageSize
  const next = nextCursor(cursor, isLast ? null : (refs.at(-1)?.recordId ?? null), recordTypes.length)
  return { refs, cursor: next, completeUntil }
}

function soqlOf(type: RecordType, since: string, until: string, after: string | null): string {
  const begin = wholeSecond(Math.floor(Date.parse(since) / 1000) - overlapSeconds)
  const end = wholeSecond(Math.ceil(Date.parse(until) / 1000))
  const beyond = after === null ? '' : ` AND Id > '${after}'`
  return `SELECT Id FROM ${salesforceObject(type).name} WHERE SystemModstamp >= ${begin} AND SystemModstamp < ${end}${beyond} ORDER BY Id LIMIT ${pageSize}`
}

function wholeSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}
