import * as z from 'zod'

/** RFC 3339 in whole seconds. */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/)

/** The query of `GET /api/v2/persons` and `/api/v2/organizations` without filters. Unknown parameters are refused, to catch our mistakes. */
const querySchema = z.strictObject({
  updated_since: time.optional(),
  updated_until: time.optional(),
  sort_by: z.enum(['id', 'update_time', 'add_time']).default('id'),
  sort_direction: z.enum(['asc', 'desc']).default('asc'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.base64().optional(),
})

type Listed = { readonly id: number; readonly update_time?: string | undefined } & Readonly<
  Record<string, unknown>
>

/** One page of these records, and the cursor of the next; undefined when the query is not valid. */
export function listPage<T extends Listed>(
  records: readonly T[],
  query: URLSearchParams,
): { readonly page: readonly T[]; readonly nextCursor: string | null } | undefined {
  const parsed = querySchema.safeParse(Object.fromEntries(query))
  if (!parsed.success) return undefined
  const { updated_since: since, updated_until: until, sort_by, sort_direction, limit, cursor } = parsed.data
  const orderOf = (record: T) => (sort_by === 'id' ? record.id : Date.parse(String(record[sort_by])))
  const sign = sort_direction === 'asc' ? 1 : -1
  const found = records
    .filter(({ update_time = '' }) => since === undefined || Date.parse(update_time) >= Date.parse(since))
    .filter(({ update_time = '' }) => until === undefined || Date.parse(update_time) < Date.parse(until))
    .toSorted((a, b) => sign * (orderOf(a) - orderOf(b)))
  const first = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString())
  const last = first + limit
  return {
    page: found.slice(first, last),
    nextCursor: last < found.length ? Buffer.from(String(last)).toString('base64') : null,
  }
}
