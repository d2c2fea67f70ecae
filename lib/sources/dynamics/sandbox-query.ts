import * as z from 'zod'
import type { StoredRow, Table } from './sandbox-records.ts'

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z'

/** The query options of a table that are supported. `$skip` is not, as in Dataverse. */
const querySchema = z.strictObject({
  $select: z.string().min(1),
  $filter: z.string().optional(),
  $orderby: z.literal('modifiedon asc').optional(),
  $top: z.coerce.number().int().min(1).max(5000).optional(),
  $skiptoken: z.string().optional(),
})

type Page = { readonly page: readonly StoredRow[]; readonly skipToken: string | null }

/** One page of the rows, ordered by the time of the last change; undefined when the query is not valid. */
export function findPage(
  rows: readonly StoredRow[],
  { table, query, pageSize }: { table: Table; query: URLSearchParams; pageSize: number },
): Page | undefined {
  const { data } = querySchema.safeParse(Object.fromEntries(query))
  const fits = data && filterOf(data.$filter, table)
  if (!data || !fits) return undefined
  const after = data.$skiptoken === undefined ? '' : decodeURIComponent(data.$skiptoken)
  const found = rows
    .filter((row) => fits(row) && keyOf(row) > after)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const page = found.slice(0, data.$top ?? pageSize)
  const last = page.at(-1)
  const isMore = data.$top === undefined && last !== undefined && found.length > page.length
  return { page, skipToken: isMore ? encodeURIComponent(keyOf(last)) : null }
}

/** What Dataverse's paging cookie holds: the last row's place in the order. */
const keyOf = ({ modifiedon, id }: StoredRow) => `${modifiedon} ${id}`

type Filter = (row: StoredRow) => boolean

/** `contactid eq … or …`, or a window of `modifiedon`; undefined for anything else. */
function filterOf(filter: string | undefined, table: Table): Filter | undefined {
  if (filter === undefined) return () => true
  const one = `${table}id eq ${guid}`
  if (new RegExp(`^${one}(?: or ${one})*$`, 'i').test(filter)) {
    const ids = new Set(filter.toLowerCase().match(new RegExp(guid, 'g')))
    return ({ id }) => ids.has(id)
  }
  const window = new RegExp(`^modifiedon ge (${time}) and modifiedon lt (${time})$`).exec(filter)
  if (!window) return undefined
  const [begin = Number.NaN, end = Number.NaN] = window.slice(1).map((text) => Date.parse(text))
  return ({ modifiedon }) => Date.parse(modifiedon) >= begin && Date.parse(modifiedon) < end
}
