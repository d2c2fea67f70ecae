import colors from 'picocolors'
import type { PlanAction, PlannedRow } from '../../operator/plan/engine/planned-rows.ts'
import { summarize } from '../../operator/plan/plan-result.ts'
import { type Column, formatTable } from '../terminal/table.ts'
import { printable } from '../terminal/width.ts'

const paints: Readonly<Record<PlanAction, (text: string) => string>> = {
  create: colors.green,
  update: colors.cyan,
  unchanged: colors.dim,
  fail: colors.red,
  undecided: colors.yellow,
  'not-routed': colors.yellow,
}
const paintAction = (text: string) => (paints[text.trim() as PlanAction] ?? String)(text)

const columns: readonly Column[] = [
  { heading: 'SOURCE', dispensable: 2 },
  { heading: 'ACCOUNT', dispensable: 1 },
  { heading: 'RECORD', paint: colors.bold, shortening: 'last' },
  { heading: 'PROVIDER' },
  { heading: 'ACTION', paint: paintAction, shortening: 'last' },
  { heading: 'FIELDS', shortening: 'first' },
  { heading: 'REASON', shortening: 'first' },
]

/** Unchanged rows are listed only in a plan of at most so many rows. */
const fewRows = 20

/** The plan as a table, the values of fields below it if they are asked for, and the counts. */
export function showPlan(
  rows: readonly PlannedRow[],
  { values, all }: { readonly values: boolean; readonly all: boolean },
): string {
  if (rows.length === 0) return 'nothing to plan'
  const shown = rows.filter(({ action }) => all || rows.length <= fewRows || action !== 'unchanged')
  const blocks = [
    ...(shown.length > 0 ? [table(shown)] : []),
    ...(values ? shown.filter(({ fields }) => fields.length > 0).map(showValues) : []),
    closingLine(rows),
  ]
  return blocks.join('\n\n')
}

function table(rows: readonly PlannedRow[]): string {
  return formatTable(
    columns,
    rows.map(({ source, account, recordType, recordId, provider, action, fields, reason }) => [
      source,
      account,
      `${recordType} ${recordId}`,
      provider,
      action,
      fields.map(({ name }) => name).join(', '),
      reason,
    ]),
  )
}

function showValues({ recordType, recordId, provider, fields }: PlannedRow): string {
  const heading = colors.bold(`${recordType} ${printable(recordId)} at ${provider}`)
  const lines = fields.map(
    ({ name, from, to }) => `  ${printable(name)}: ${shownValue(from)} → ${shownValue(to)}`,
  )
  return [heading, ...lines].join('\n')
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined) return printable(null)
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** `3 create, 5 update, 992 unchanged`; what there is none of is left out. */
function closingLine(rows: readonly PlannedRow[]): string {
  const { create, update, unchanged, fail, undecided, notRouted } = summarize(rows)
  const parts: readonly (readonly [count: number, action: PlanAction, text: string])[] = [
    [create, 'create', 'create'],
    [update, 'update', 'update'],
    [unchanged, 'unchanged', 'unchanged'],
    [fail, 'fail', 'would fail'],
    [undecided, 'undecided', 'undecided'],
    [notRouted, 'not-routed', 'not routed'],
  ]
  return parts
    .filter(([count]) => count > 0)
    .map(([count, action, text]) => paints[action](`${count} ${text}`))
    .join(', ')
}
