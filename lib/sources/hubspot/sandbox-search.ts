import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { failure, parseJson } from './sandbox-answers.ts'
import { type StoredRecord, shown } from './sandbox-records.ts'

const operators = {
  EQ: (held: number, asked: number) => held === asked,
  GT: (held: number, asked: number) => held > asked,
  GTE: (held: number, asked: number) => held >= asked,
  LT: (held: number, asked: number) => held < asked,
  LTE: (held: number, asked: number) => held <= asked,
} as const

const filterSchema = z.strictObject({
  propertyName: z.string(),
  operator: z.enum(Object.keys(operators) as [keyof typeof operators, ...(keyof typeof operators)[]]),
  /** Dates are milliseconds since 1970. */
  value: z.string().regex(/^\d+$/),
})

/** The limits of the CRM search guide: 5 groups of 6 filters, one sort, 200 results a page. */
const searchSchema = z.strictObject({
  filterGroups: z.array(z.strictObject({ filters: z.array(filterSchema).min(1).max(6) })).max(5),
  sorts: z
    .array(z.strictObject({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']) }))
    .max(1)
    .default([]),
  properties: z.array(z.string()).default([]),
  limit: z.int().min(1).max(200).default(10),
  after: z.string().regex(/^\d+$/).optional(),
})
type Search = z.infer<typeof searchSchema>

const longestBody = 3000
const mostResults = 10_000

/** `POST /crm/v3/objects/{object}/search` on numbers and dates. Deleted and merged records are not found. */
export function search(records: readonly StoredRecord[], body: string): SandboxResponse {
  const { success, data } = searchSchema.safeParse(parseJson(body))
  if (!success || body.length > longestBody) return failure(400, 'VALIDATION_ERROR', 'Invalid input JSON')
  const { filterGroups, sorts, properties, limit, after = '0' } = data
  const first = Number(after)
  if (first + limit > mostResults) return failure(400, 'VALIDATION_ERROR', 'Paging beyond 10,000 results')
  const found = records
    .filter((record) => !record.deleted && !record.mergedInto)
    .filter((record) => filterGroups.length === 0 || filterGroups.some((group) => fits(record, group)))
    .toSorted((a, b) => compare(a, b, sorts[0]))
  const last = first + limit
  return {
    status: 200,
    body: {
      total: found.length,
      results: found.slice(first, last).map((record) => shown(record, properties)),
      ...(last < found.length && { paging: { next: { after: String(last) } } }),
    },
  }
}

function fits(record: StoredRecord, { filters }: Search['filterGroups'][number]): boolean {
  return filters.every(({ propertyName, operator, value }) =>
    operators[operator](numberOf(record, propertyName), Number(value)),
  )
}

function compare(a: StoredRecord, b: StoredRecord, sort: Search['sorts'][number] | undefined): number {
  const { propertyName, direction } = sort ?? { propertyName: 'createdate', direction: 'ASCENDING' }
  const order = numberOf(a, propertyName) - numberOf(b, propertyName)
  return direction === 'ASCENDING' ? order : -order
}

/** A number, or a time in milliseconds; not a number where the property is neither, which fits no filter. */
function numberOf({ properties }: StoredRecord, name: string): number {
  const text = properties[name] ?? ''
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}
