import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { readAnswer } from '../crm-answer.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import { type ZohoApi, zohoTime } from './api.ts'
import { listSchema } from './schemas.ts'
import { type ModuleName, recordTypeOf } from './to-customer.ts'

type Settings = {
  readonly call: ZohoApi
  readonly modules: readonly ModuleName[]
  readonly clock: Clock
}

/** Zoho's limits for one page. */
const queryLimit = 2000
const deletedPageSize = 200
/** How long a change may be missing from a list, and how much earlier than `since` a list begins: guesses. */
const lagSeconds = 30
const overlapMillis = 5 * 60_000

type Page = { readonly ids: readonly string[]; readonly after: string | null }

/**
 * One page of the records that changed since a time, module by module: the changed ones, then the deleted ones, which Zoho
 * lists for 60 days (120 when they were deleted permanently).
 */
export async function listZohoChanges(
  since: string,
  from: string | null,
  settings: Settings,
): Promise<ListedRecords> {
  const cursor = readCursor(from, settings.clock.now(), lagSeconds)
  const { completeUntil } = cursor
  const parts = settings.modules.flatMap((module) =>
    [listChanged, listDeleted].map((list) => ({ module, list })),
  )
  const part = parts[cursor.part]
  const recordType = part && recordTypeOf(part.module)
  if (!part || !recordType) return { refs: [], cursor: null, completeUntil }
  const start = zohoTime(new Date(Date.parse(since) - overlapMillis))
  const { ids, after } = await part.list(part.module, start, cursor.after, settings)
  return {
    refs: ids.map((recordId) => ({ source: 'zoho', account: 'default', recordType, recordId })),
    cursor: nextCursor(cursor, after, parts.length),
    completeUntil,
  }
}

/**
 * A query (https://www.zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html), continued by the last id: a
 * record that changes meanwhile stays in the list, and there is no limit by offset.
 */
async function listChanged(
  module: ModuleName,
  start: string,
  last: string | null,
  { call, clock }: Settings,
): Promise<Page> {
  const changed = `Modified_Time >= '${start}'`
  const criteria = last === null ? changed : `(${changed} and id > ${last})`
  const response = await call({
    method: 'POST',
    path: '/coql',
    body: {
      select_query: `select id from ${module} where ${criteria} order by id asc limit 0, ${queryLimit}`,
    },
  })
  if (response.status === 204) return { ids: [], after: null }
  const { data, info } = readAnswer('Zoho', listSchema, response, clock.now())
  const ids = data.map(({ id }) => id)
  return { ids, after: info.more_records ? (ids.at(-1) ?? null) : null }
}

/** https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html; 304 means that nothing was deleted since. */
async function listDeleted(
  module: ModuleName,
  start: string,
  last: string | null,
  { call, clock }: Settings,
): Promise<Page> {
  const page = Number(last ?? 1)
  const response = await call({
    method: 'GET',
    path: `/${module}/deleted?type=all&page=${page}&per_page=${deletedPageSize}`,
    headers: { 'if-modified-since': start },
  })
  if (response.status === 204 || response.status === 304) return { ids: [], after: null }
  const { data, info } = readAnswer('Zoho', listSchema, response, clock.now())
  return { ids: data.map(({ id }) => id), after: info.more_records ? String(page + 1) : null }
}
