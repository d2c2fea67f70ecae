import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { failure, type StoredRecord, shown } from './sandbox-records.ts'

const daySeconds = 86_400

/** A search for contacts by one time. Dates cannot be compared with `>=`, `<=` and `!=`. Other fields are refused, to catch our mistakes. */
const searchSchema = z.strictObject({
  query: z.strictObject({
    operator: z.literal('AND'),
    value: z
      .array(
        z.strictObject({
          field: z.literal('updated_at'),
          operator: z.enum(['>', '<', '=']),
          value: z.int().nonnegative(),
        }),
      )
      .min(1)
      .max(15),
  }),
  sort: z
    .strictObject({ field: z.literal('updated_at'), order: z.enum(['ascending', 'descending']) })
    .optional(),
  pagination: z
    .strictObject({ per_page: z.int().min(1).max(150).default(50), starting_after: z.base64().optional() })
    .default({ per_page: 50 }),
})
type Filter = z.infer<typeof searchSchema>['query']['value'][number]

/** `POST /contacts/search`. Comparisons are by calendar day (UTC); archived and merged contacts are not found. */
export function searchContacts(records: readonly StoredRecord[], body: string): SandboxResponse {
  const { success, data } = searchSchema.safeParse(parsed(body))
  if (!success) return failure(400, 'parameter_invalid')
  const { query, sort, pagination } = data
  const sign = sort?.order === 'ascending' ? 1 : -1
  const found = records
    .filter((record) => query.value.every((filter) => fits(record, filter)))
    .toSorted((a, b) => sign * (a.updated_at - b.updated_at || a.id.localeCompare(b.id)))
  const after = cursorOf(pagination.starting_after)
  const rest = after ? found.filter((it) => sign * compare(it, after) > 0) : found
  const page = rest.slice(0, pagination.per_page)
  const last = page.at(-1)
  const next = last && rest.length > page.length ? { page: 2, starting_after: cursorTo(last) } : null
  return {
    status: 200,
    body: {
      type: 'list',
      data: page.map((record) => shown(record)),
      total_count: found.length,
      pages: { type: 'pages', next, page: 1, per_page: pagination.per_page, total_pages: 1 },
    },
  }
}

function fits({ updated_at: time }: StoredRecord, { operator, value }: Filter): boolean {
  const [day, asked] = [Math.floor(time / daySeconds), Math.floor(value / daySeconds)]
  return operator === '=' ? day === asked : operator === '>' ? day > asked : day < asked
}

type Place = Pick<StoredRecord, 'updated_at' | 'id'>
const compare = (a: Place, b: Place) => a.updated_at - b.updated_at || a.id.localeCompare(b.id)
const cursorTo = ({ updated_at, id }: Place) =>
  Buffer.from(JSON.stringify({ updated_at, id })).toString('base64')
const cursorOf = (text: string | undefined): Place | undefined =>
  text === undefined ? undefined : JSON.parse(Buffer.from(text, 'base64').toString())

const pageSchema = z.strictObject({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(60).default(15),
  order: z.enum(['asc', 'desc']).optional(),
})

/** `POST /companies/list`: by page, without a filter. */
export function listCompanies(records: readonly StoredRecord[], query: URLSearchParams): SandboxResponse {
  const { success, data } = pageSchema.safeParse(Object.fromEntries(query))
  if (!success) return failure(400, 'parameter_invalid')
  const { page, per_page } = data
  return {
    status: 200,
    body: {
      type: 'list',
      data: records.slice((page - 1) * per_page, page * per_page).map((record) => shown(record)),
      total_count: records.length,
      pages: { type: 'pages', page, per_page, total_pages: Math.ceil(records.length / per_page) },
    },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
