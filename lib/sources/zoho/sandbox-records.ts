import * as z from 'zod'
import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { invalid, refusal, shownTime } from './sandbox-answers.ts'
import { zohoModules } from './to-customer.ts'

/** `{object, id, …fields as in API v8}`; `deleted` moves it to the recycle bin. */
const inputSchema = z.looseObject({
  object: z.enum(zohoModules),
  id: z.string().regex(/^\d{1,20}$/),
  Modified_Time: z.iso.datetime({ offset: true }).optional(),
  deleted: z.boolean().default(false),
})
type Stored = z.infer<typeof inputSchema> & { readonly Modified_Time: string }

const page = z.coerce.number().int().min(1).default(1)
const perPage = z.coerce.number().int().min(1).max(200).default(200)
const deletedQuery = z.strictObject({
  type: z.enum(['all', 'recycle', 'permanent']).default('all'),
  page,
  per_page: perPage,
})
const queryShape =
  /^select id from (\w+) where \(?Modified_Time >= '(\S+)'(?: and id > (\d+)\))? order by id asc limit 0, (\d+)$/

const noContent: SandboxResponse = { status: 204 }

/** The records of Contacts, Accounts and Leads, and the calls that read and list them. */
export function sandboxRecords() {
  const records = new Map<string, Stored>()
  const of = (module: string) => [...records.values()].filter(({ object }) => object === module)
  const alive = (module: string) => of(module).filter(({ deleted }) => !deleted)

  return {
    all: () => [...records.values()],
    editable: () => [...records.values()].map(({ Modified_Time: _, ...input }) => input),
    put: (record: unknown) => {
      const input = inputSchema.parse(record)
      const key = `${input.object}/${input.id}`
      const before = records.get(key)
      records.set(key, { ...before, ...input, Modified_Time: changedAt(input, before) })
    },

    /** `GET /{module}?ids=…` and `GET /{module}/{id}`. */
    read: (module: string, id: string | undefined, query: URLSearchParams): SandboxResponse => {
      const fields = query.get('fields')?.split(',') ?? []
      if (fields.length === 0) {
        return refusal(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', {
          param_name: 'fields',
        })
      }
      if (fields.length > 50) return refusal(400, 'LIMIT_EXCEEDED', 'field limit exceeded', { limit: 50 })
      const ids = id === undefined ? (query.get('ids')?.split(',') ?? []) : [id]
      const allowed = id === undefined ? ['fields', 'ids'] : ['fields']
      if ([...query.keys()].some((name) => !allowed.includes(name)) || ids.length === 0) return invalid('ids')
      if (ids.length > 100 || ids.some((one) => !/^\d{1,20}$/.test(one))) return invalid('ids')
      const found = alive(module).filter((record) => ids.includes(record.id))
      if (found.length === 0) return noContent
      const data = found.map((record) => shown(record, fields))
      if (id !== undefined) return { status: 200, body: { data } }
      return {
        status: 200,
        body: { data, info: { count: data.length, page: 1, per_page: 200, more_records: false } },
      }
    },

    /** `GET /{module}/deleted`. */
    listDeleted: (module: string, { query, headers }: SandboxRequest): SandboxResponse => {
      const parsed = deletedQuery.safeParse(Object.fromEntries(query))
      const since = headers['if-modified-since']
      if (!parsed.success)
        return refusal(400, 'PATTERN_NOT_MATCHED', 'Please check the value', { param_name: 'page' })
      const from = since === undefined ? 0 : Date.parse(since)
      const gone = of(module).filter(
        ({ deleted, Modified_Time }) => deleted && Date.parse(Modified_Time) >= from,
      )
      const start = (parsed.data.page - 1) * parsed.data.per_page
      const listed = gone.slice(start, start + parsed.data.per_page)
      if (listed.length === 0) return since === undefined ? noContent : { status: 304 }
      return {
        status: 200,
        body: {
          data: listed.map(({ id, Modified_Time }) => ({
            id,
            display_name: null,
            type: 'recycle',
            deleted_by: null,
            created_by: null,
            deleted_time: shownTime(Modified_Time),
          })),
          info: {
            per_page: parsed.data.per_page,
            count: listed.length,
            page: parsed.data.page,
            more_records: start + listed.length < gone.length,
          },
        },
      }
    },

    /** `POST /coql`; understands the queries that this source sends. */
    query: (body: unknown): SandboxResponse => {
      const parsed = z.strictObject({ select_query: z.string() }).safeParse(body)
      const [, module = '', since = '', last, limit = ''] =
        queryShape.exec(parsed.data?.select_query ?? '') ?? []
      if (module === '') return refusal(400, 'SYNTAX_ERROR', 'error occured while parsing the query')
      if (Number(limit) > 2000) return refusal(400, 'LIMIT_EXCEEDED', 'limit exceeded', { limit: 2000 })
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(since)) return invalid('Modified_Time')
      const found = alive(module)
        .filter((record) => Date.parse(record.Modified_Time) >= Date.parse(since))
        .filter(({ id }) => last === undefined || BigInt(id) > BigInt(last))
        .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
      const data = found.slice(0, Number(limit)).map(({ id }) => ({ id }))
      if (data.length === 0) return noContent
      return {
        status: 200,
        body: { data, info: { count: data.length, more_records: found.length > data.length } },
      }
    },
  }
}

/** A record that is stored again unchanged keeps its own time. */
function changedAt(input: z.infer<typeof inputSchema>, before: Stored | undefined): string {
  if (input.Modified_Time) return input.Modified_Time
  const unchanged = before && JSON.stringify({ ...before, ...input }) === JSON.stringify(before)
  return unchanged ? before.Modified_Time : shownTime(new Date())
}

/** The fields that were asked for; those that are empty are null. */
function shown(record: Stored, fields: readonly string[]): Readonly<Record<string, unknown>> {
  const values = fields.map((name) => [name, record[name] ?? null])
  return { ...Object.fromEntries(values), Modified_Time: shownTime(record.Modified_Time), id: record.id }
}
