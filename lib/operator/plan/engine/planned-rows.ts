import { LinkFailed } from '../../../core/links/link-failed.ts'
import { type RecordRef, recordKey, refOf } from '../../../core/model/change.ts'
import { Undecided } from '../../../core/model/errors.ts'
import type { ProviderName } from '../../../core/model/provider.ts'
import { type ChangedField, changedFields } from './changed-fields.ts'
import type { RecordPlan } from './plan-batch.ts'
import {
  describeCreate,
  describeEnd,
  describeFailure,
  describeLinkFailure,
  describeRecord,
  describeSame,
  describeUpdate,
} from './plan-reasons.ts'
import type { LinkChange } from './recorded-links.ts'
import type { ProviderCall } from './recorded-provider.ts'

export type PlanAction = 'create' | 'update' | 'unchanged' | 'fail' | 'undecided' | 'not-routed'

/** What syncing a record would do at one provider; `provider` is null where it concerns the record as a whole. */
export type PlannedRow = RecordRef & {
  readonly provider: ProviderName | null
  readonly action: PlanAction
  readonly fields: readonly ChangedField[]
  readonly reason: string | null
}

type Outline = Pick<PlannedRow, 'provider' | 'action' | 'reason'> & Partial<Pick<PlannedRow, 'fields'>>

/** Everything that the engine did, or would have done, with one record. */
type Traces = {
  readonly plan: RecordPlan | null
  readonly changes: readonly LinkChange[]
  readonly calls: readonly ProviderCall[]
}

/** The rows of all planned records, and of others that they concern, such as a record that was merged into one of them. */
export function toRows(
  plans: readonly RecordPlan[],
  changes: readonly LinkChange[],
  calls: readonly ProviderCall[],
): readonly PlannedRow[] {
  const planOf = new Map(plans.map((plan) => [recordKey(plan.ref), plan]))
  const changesOf = Map.groupBy(changes, ({ after }) => recordKey(after.ref))
  const callsOf = Map.groupBy(calls, ({ ref }) => recordKey(ref))
  const refs = [...plans, ...changes.map(({ after }) => after), ...calls].map(({ ref }) => refOf(ref))
  const unique = new Map(refs.map((ref) => [recordKey(ref), ref]))
  return [...unique].flatMap(([key, ref]) => {
    const traces = {
      plan: planOf.get(key) ?? null,
      changes: changesOf.get(key) ?? [],
      calls: callsOf.get(key) ?? [],
    }
    return outline(traces, changes).map((row) => ({ ...ref, fields: [], ...row }))
  })
}

function outline(traces: Traces, all: readonly LinkChange[]): readonly Outline[] {
  const failed = failures(traces)
  const isOpen = (rows: readonly Outline[]) => {
    const taken = new Set(rows.map(({ provider }) => provider))
    return (row: Outline) => !taken.has(row.provider)
  }
  const called = atProviders(traces, all).filter(isOpen(failed))
  const moved = movedLinks(traces, all).filter(isOpen([...failed, ...called]))
  const active = [...failed, ...called, ...moved]
  const rows = [...active, ...unchanged(traces).filter(isOpen(active))]
  return rows.length > 0 || !traces.plan ? rows : describeRecord(traces.plan)
}

function failures({ plan, calls }: Traces): readonly Outline[] {
  const error = plan?.error ?? null
  if (error === null) return []
  const actionOf = (cause: unknown) => (cause instanceof Undecided ? 'undecided' : 'fail')
  if (!(error instanceof LinkFailed)) {
    return [{ provider: null, action: actionOf(error), reason: describeFailure(error) }]
  }
  return [error, ...error.others].map((each) => ({
    provider: each.failure.provider,
    action: actionOf(each.cause),
    reason: describeLinkFailure(each, calls),
  }))
}

/** What would be called, one row for each provider. */
function atProviders({ plan, changes, calls }: Traces, all: readonly LinkChange[]): readonly Outline[] {
  return [...Map.groupBy(calls, (call) => call.provider)].map(([provider, own]) => {
    const change = changes.find(({ after }) => after.provider === provider) ?? null
    const created = own.find((call) => call.kind === 'create')
    if (created) {
      const reason = describeCreate(own, change)
      return { provider, action: 'create', fields: changedFields(created.payload, null), reason }
    }
    const updated = own.find((call) => call.kind === 'update')
    if (!updated) return { provider, action: 'update', reason: describeEnd(own, change, all) }
    const fields = updated.unread === null ? changedFields(updated.payload, updated.shown) : []
    return { provider, action: 'update', fields, reason: describeUpdate(updated, own, fields, change, plan) }
  })
}

/** Links that would end, or change hands, without a call. */
function movedLinks({ changes }: Traces, all: readonly LinkChange[]): readonly Outline[] {
  const ends = ({ before, after }: LinkChange) =>
    before !== null && before.state !== after.state && /^(closed|merged|erased)$/.test(after.state)
  const isTakeOver = ({ before, after }: LinkChange) =>
    !before?.providerCustomerId && after.providerCustomerId !== null
  return changes.flatMap((change) => {
    const { provider } = change.after
    if (provider === null || !(ends(change) || isTakeOver(change))) return []
    return { provider, action: 'update', reason: describeEnd([], change, all) }
  })
}

/** Links that would stay as they are, also when the record fails elsewhere. */
function unchanged({ plan }: Traces): readonly Outline[] {
  if (!plan) return []
  const { outcomes, error, book } = plan
  const done = outcomes.flatMap(({ outcome, links }) => links.map((link) => ({ outcome, link })))
  const others = error === null ? [] : (book?.links ?? []).filter(({ state }) => state === 'linked')
  return [
    ...done.map(({ outcome, link }) => ({ provider: link.provider, reason: describeSame(outcome) })),
    ...(error instanceof LinkFailed ? others : []).map(({ provider }) => ({ provider, reason: null })),
  ].map((row) => ({ ...row, action: 'unchanged' }))
}
