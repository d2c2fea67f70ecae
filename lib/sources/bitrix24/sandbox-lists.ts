import * as z from 'zod'

const pageSize = 50

type Row = Readonly<Record<string, unknown>>
type Compare = (held: number | string, asked: number | string) => boolean

const operators: Readonly<Record<string, Compare>> = {
  '>=': (held, asked) => held >= asked,
  '>': (held, asked) => held > asked,
  '<=': (held, asked) => held <= asked,
  '<': (held, asked) => held < asked,
  '': (held, asked) => held === asked,
}

const value = z.union([z.string(), z.number()])

/** The parameters that the list methods share. Others are refused, to catch our mistakes. */
export const listShape = {
  select: z.array(z.string()).default([]),
  filter: z.record(z.string(), z.union([value, z.array(value)])).default({}),
  order: z.record(z.string(), z.enum(['ASC', 'DESC', 'asc', 'desc'])).default({}),
  start: z.int().min(-1).default(0),
}
type ListQuery = z.infer<z.ZodObject<typeof listShape>>

/**
 * One page of these rows; a name in the filter or the order that no row has is refused by name. `fields` are the names that
 * exist.
 */
export function listPage(
  rows: readonly Row[],
  { select, filter, order, start }: ListQuery,
  fields: readonly string[],
): { readonly page: readonly Row[]; readonly next: number | null } | { readonly unknown: string } {
  const conditions = Object.entries(filter).map(([key, asked]) => {
    const [, prefix = '', name = ''] = /^(>=|>|<=|<|@|=)?(.+)$/.exec(key) ?? []
    return { prefix: prefix === '=' ? '' : prefix, name, asked }
  })
  const names = [...conditions.map(({ name }) => name), ...Object.keys(order)]
  const unknown = names.find((name) => !fields.includes(name))
  if (unknown !== undefined) return { unknown }
  const found = rows
    .filter((row) => conditions.every((condition) => fits(row, condition)))
    .toSorted((a, b) => compareRows(a, b, order))
  const first = Math.max(start, 0)
  const page = found.slice(first, first + pageSize)
  return {
    page: page.map((row) => chosen(row, select)),
    next: start >= 0 && first + pageSize < found.length ? first + pageSize : null,
  }
}

type Condition = { readonly prefix: string; readonly name: string; readonly asked: unknown }

function fits(row: Row, { prefix, name, asked }: Condition): boolean {
  const held = comparable(row[name])
  if (prefix === '@') return Array.isArray(asked) && asked.some((each) => comparable(each) === held)
  return operators[prefix]?.(held, comparable(asked)) ?? false
}

/** Numbers and times as numbers, whether they were sent as text or not. */
function comparable(value: unknown): number | string {
  const text = String(value)
  if (/^\d+$/.test(text)) return Number(text)
  const time = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? text : time
}

function compareRows(a: Row, b: Row, order: ListQuery['order']): number {
  for (const [name, direction] of Object.entries(order)) {
    const [left, right] = [comparable(a[name]), comparable(b[name])]
    const sign = direction.toUpperCase() === 'ASC' ? 1 : -1
    if (left !== right) return left < right ? -sign : sign
  }
  return 0
}

function chosen(row: Row, select: readonly string[]): Row {
  if (select.length === 0 || select.includes('*')) return row
  return Object.fromEntries(select.filter((name) => name in row).map((name) => [name, row[name]]))
}
