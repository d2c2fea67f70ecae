import { recordKey } from '../../core/model/change.ts'
import type { PlanAction, PlannedRow } from './engine/planned-rows.ts'

const summaryNames = {
  create: 'create',
  update: 'update',
  unchanged: 'unchanged',
  fail: 'fail',
  undecided: 'undecided',
  'not-routed': 'notRouted',
} as const satisfies Record<PlanAction, string>

type PlanSummary = Readonly<Record<(typeof summaryNames)[PlanAction], number>>

/** How many rows there are of each action. */
export function summarize(rows: readonly PlannedRow[]): PlanSummary {
  const count = (wanted: PlanAction) => rows.filter(({ action }) => action === wanted).length
  return Object.fromEntries(
    Object.entries(summaryNames).map(([action, name]) => [name, count(action as PlanAction)]),
  ) as PlanSummary
}

/** The plan as scripts read it. Values of fields are customer data: they are left out unless `values` is given. */
export function toPlanDocument(rows: readonly PlannedRow[], { values }: { readonly values: boolean }) {
  const records = rows.map(({ source, account, recordType, recordId, provider, action, fields, reason }) => ({
    source,
    account,
    recordType,
    recordId,
    provider,
    action,
    fields: values ? fields : fields.map(({ name }) => ({ name })),
    reason,
  }))
  return { records, summary: summarize(rows) }
}

/** Whether the sync would change something at a provider, or end a link. */
export function wouldChange(rows: readonly PlannedRow[]): boolean {
  return rows.some(({ action }) => action === 'create' || action === 'update')
}

/** The order of a plan: by CRM, record and provider; ids by their number. */
export function bySource(a: PlannedRow, b: PlannedRow): number {
  const order = (row: PlannedRow) => `${recordKey(row)} ${row.provider ?? ''}`
  return order(a).localeCompare(order(b), 'en', { numeric: true })
}
