import { LinkFailed } from '../../../core/links/link-failed.ts'
import { groupByRecord, type RecordGroup } from '../../../core/messages/combine-changes.ts'
import { type CustomerChange, type RecordRef, recordKey } from '../../../core/model/change.ts'
import { Misconfigured, RetryLater } from '../../../core/model/errors.ts'
import type { Clock } from '../../../core/ports/observers.ts'
import { inRunsOf } from '../../../support/in-parallel.ts'
import { planBatch, type RecordPlan } from './plan-batch.ts'
import { type PlannedRow, toRows } from './planned-rows.ts'
import { type PlanDeps, recordingDeps } from './recording-deps.ts'

export type PlanOptions = {
  /** Called after each batch with the number of records that it planned. */
  readonly onPlanned?: (records: number) => void
  readonly pause: (seconds: number) => Promise<void>
}

/** As many records as a CRM returns in one call. */
const batchSize = 100
/** A record that is throttled, or that met another record of the plan, is planned again so often. */
export const mostRounds = 4
const longestPauseSeconds = 30

/** Failures that pass within seconds. */
const passing: ReadonlySet<string> = new Set(['CRM_THROTTLED', 'THROTTLED', 'LINK_CONFLICT'])

const missingSettings: ReadonlySet<string> = new Set(['NO_ACCESS_TOKEN', 'NO_API_URL'])

/**
 * What syncing these changes now would do, by the engine that syncs them, without writing anything. Records that a change would
 * queue, such as the survivor of a merge, are planned too. Throws when the table does not
 * answer, and Misconfigured when the CRM's token or address is missing.
 */
export async function planChanges(
  changes: readonly CustomerChange[],
  planDeps: PlanDeps,
  { onPlanned = () => {}, pause }: PlanOptions,
): Promise<readonly PlannedRow[]> {
  const { deps, recording } = recordingDeps(planDeps)
  const plans = new Map<string, RecordPlan>()
  let waiting = groupByRecord(changes, (change) => change)
  for (let round = 1; waiting.length > 0; round += 1) {
    const again: RecordGroup<CustomerChange>[] = []
    let seconds = 0
    for (const batch of inRunsOf(batchSize, waiting.toSorted(bySourceAndType))) {
      const planned = await planBatch(batch, deps)
      recording.links.throwFailure()
      for (const [index, plan] of planned.entries()) {
        const group = batch[index]
        const wait = round < mostRounds ? secondsToPass(plan.error) : null
        if (wait === null || !group) plans.set(recordKey(plan.ref), plan)
        else {
          recording.links.discard(plan.ref)
          recording.providers.discard(plan.ref)
          again.push(group)
          seconds = Math.max(seconds, wait)
        }
      }
      onPlanned(planned.length)
    }
    if (seconds > 0) await pause(seconds)
    const followUps = recording.takeQueued().map((change) => receivedLongAgo(change, deps.clock))
    const isKnown = (ref: RecordRef) =>
      plans.has(recordKey(ref)) || again.some(([first]) => isSame(first, ref))
    const isNew = ([first]: RecordGroup<CustomerChange>) => !isKnown(first)
    waiting = [...again, ...groupByRecord(followUps, (change) => change).filter(isNew)]
  }
  refuseMissingSetting([...plans.values()])
  return toRows([...plans.values()], recording.links.changes(), recording.providers.calls())
}

/**
 * The change as received five minutes ago: what the CRM answers is then taken as final. A record that changed within the last
 * seconds may be planned from a lagging replica's answer.
 */
export function receivedLongAgo<C extends { readonly receivedAt: string }>(change: C, { now }: Clock): C {
  return { ...change, receivedAt: new Date(now().getTime() - 300_000).toISOString() }
}

/** After how many seconds it may work; null for a failure that does not pass within seconds. */
export function secondsToPass(thrown: unknown): number | null {
  const error = thrown instanceof LinkFailed ? thrown.cause : thrown
  if (!(error instanceof RetryLater) || !passing.has(error.code)) return null
  return Math.min(error.afterSeconds ?? 1, longestPauseSeconds)
}

/** Throws Misconfigured when every record lacks the same setting: then nothing was planned. */
function refuseMissingSetting(plans: readonly RecordPlan[]): void {
  const [first, ...others] = plans.map(({ error }) =>
    error instanceof Misconfigured && missingSettings.has(error.code) ? error : null,
  )
  if (first && others.every((error) => error?.code === first.code)) throw first
}

/** Records of one account and type come together, so that fewer calls read them. */
function bySourceAndType([a]: RecordGroup<CustomerChange>, [b]: RecordGroup<CustomerChange>): number {
  return partOf(a).localeCompare(partOf(b))
}

const partOf = ({ source, account, recordType }: RecordRef) => JSON.stringify([source, account, recordType])

const isSame = (a: RecordRef, b: RecordRef) => recordKey(a) === recordKey(b)
