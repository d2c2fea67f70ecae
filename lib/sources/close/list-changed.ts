import { Rejected } from '../../core/model/errors.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { readAnswer } from '../crm-answer.ts'
import { toIsoTime } from '../iso-time.ts'
import { type ListCursor, nextCursor, readCursor } from '../list-cursor.ts'
import { type CloseApi, callClose } from './call.ts'
import { eventsSchema, searchSchema } from './schemas.ts'
import { changedContacts } from './search-query.ts'

type Settings = CloseApi & { readonly clock: Clock }
type Page = Pick<ListedRecords, 'refs' | 'reached'> & { readonly after: string | null }

/** How long a change may be missing from the search: a guess. */
const lagSeconds = 60
/** A change is listed again by the next walk, in case it was written later than its time says: a guess. */
const overlapMillis = 10 * 60 * 1000
/** Close's limit for a page of events. */
const eventsPerPage = 50

/**
 * One page of the contacts that changed since a time, or whose leads did (Advanced Filtering,
 * https://developer.close.com/api/resources/advanced-filtering), then of those that were deleted (the event log, which goes back
 * 30 days, https://developer.close.com/api/resources/events/list).
 */
export async function listCloseChanges(
  since: string,
  from: string | null,
  settings: Settings,
): Promise<ListedRecords> {
  const cursor = readCursor(from, settings.clock.now(), lagSeconds)
  const { completeUntil, part } = cursor
  const begin = new Date(Math.max(Date.parse(since) - overlapMillis, 0)).toISOString()
  const parts = [listChanged, listDeleted]
  const { after, ...page } = (await parts[part]?.(begin, cursor, settings)) ?? { refs: [], after: null }
  return { ...page, cursor: nextCursor(cursor, after, parts.length), completeUntil }
}

/**
 * Continues after the creation time of the last contact, since a cursor of Close's lives for half a minute and 10,000 results. It
 * is used only where a whole page was created at the same time, and asked for again once when it has expired.
 */
async function listChanged(begin: string, cursor: ListCursor, settings: Settings): Promise<Page> {
  const [created = null, next = null, again] = cursor.after?.split(' ') ?? []
  const query = changedContacts(begin, cursor.completeUntil, created)
  let hasExpired = false
  const page = await search({ ...query, ...(next !== null && { cursor: next }) }, settings).catch(
    (error: unknown) => {
      hasExpired = next !== null && again === undefined && error instanceof Rejected
      if (hasExpired) return search(query, settings)
      throw error
    },
  )
  const refs = page.data.map(({ id, organization_id }) => refOf(id, organization_id))
  const last = page.data.length < query._limit ? undefined : page.data.at(-1)?.date_created
  if (last === undefined) return { refs, after: null }
  const reached = toIsoTime(last)
  if (last !== created) return { refs, reached, after: last }
  return {
    refs,
    reached,
    after: page.cursor ? [last, page.cursor, ...(hasExpired ? ['again'] : [])].join(' ') : null,
  }
}

async function search(body: object, settings: Settings) {
  const response = await callClose({ ...settings, method: 'POST', path: '/data/search/', body })
  return readAnswer('Close', searchSchema, response, settings.clock.now())
}

async function listDeleted(begin: string, cursor: ListCursor, settings: Settings): Promise<Page> {
  const query = new URLSearchParams({
    object_type: 'contact',
    action: 'deleted',
    date_updated__gte: begin,
    date_updated__lte: cursor.completeUntil,
    _limit: String(eventsPerPage),
    ...(cursor.after !== null && { _cursor: cursor.after }),
  })
  const response = await callClose({ ...settings, method: 'GET', path: `/event/?${query}` })
  const { data, cursor_next } = readAnswer('Close', eventsSchema, response, settings.clock.now())
  return {
    refs: data.map(({ object_id, organization_id }) => refOf(object_id, organization_id)),
    after: cursor_next || null,
  }
}

const refOf = (recordId: string, account: string) =>
  ({ source: 'close', account, recordType: 'contact', recordId }) as const
