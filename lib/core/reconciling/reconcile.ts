import type { SourceName } from '../model/change.ts'
import { RetryLater, SyncError } from '../model/errors.ts'
import type { CrmSource } from '../ports/crm-source.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { RunningWalk, WalkRecord } from '../ports/walk-store.ts'
import { compareAfterOutage, compareSource, type MayGoOn } from './compare-source.ts'
import type { ComparisonDeps } from './find-deleted.ts'
import { pageSizeOf } from './page-size.ts'
import { beginWalk, findOrNewWalk, type WalkDeps, walkPage } from './walk-changes.ts'

/** No further page is begun with less time than this: the slowest page, with one repeated read. */
const millisForPage = 30_000
/** While so many messages wait in the queue of listed records, no further page is listed. */
export const mostWaiting = 200

export type ReconcileDeps = Omit<WalkDeps, 'store'> &
  Omit<ComparisonDeps, 'store'> & {
    readonly store: WalkDeps['store'] & ComparisonDeps['store']
    /** The sources that are switched on and connected to their CRM. */
    readonly sources: () => Promise<readonly SourceName[]>
    readonly source: (name: SourceName) => Promise<CrmSource>
    /** How many messages wait in the queue of listed records. */
    readonly countWaiting: () => Promise<number>
    readonly log: Log
    readonly metrics: Metrics
  }

export type ReconcileReport = {
  /** Sources whose walk has reached the present. */
  readonly complete: readonly SourceName[]
  /** Sources whose walk goes on in the next run. */
  readonly unfinished: readonly SourceName[]
  readonly failed: readonly SourceName[]
}

/**
 * Runs on a schedule: queues every record that its CRM lists as changed since the last run, so that a webhook that was lost is
 * made up for. Where the CRM does not list deleted records, once a week also those linked records that it does not have any more; where it
 * does, after an outage that was longer than it lists them.
 * Every page is saved, so that a run that is stopped is continued by the next one. A CRM that fails does not keep the others from
 * their turn.
 *
 * A source is listed from the first run on: what was there before is imported by `npm run resync`.
 */
export async function reconcile(
  remainingMillis: () => number,
  deps: ReconcileDeps,
): Promise<ReconcileReport> {
  const mayGoOn = async () => remainingMillis() > millisForPage && (await deps.countWaiting()) < mostWaiting
  const report = { complete: [] as SourceName[], unfinished: [] as SourceName[], failed: [] as SourceName[] }
  for (const name of await deps.sources()) {
    try {
      const source = await deps.source(name)
      const isThrough = (await walk(source, mayGoOn, deps)) && (await compareSource(source, mayGoOn, deps))
      report[isThrough ? 'complete' : 'unfinished'].push(name)
    } catch (error) {
      reportFailure(name, error, deps)
      report.failed.push(name)
    }
  }
  return report
}

/** True when all changes are queued; false when there are more pages. */
async function walk(source: CrmSource, mayGoOn: MayGoOn, deps: ReconcileDeps): Promise<boolean> {
  const { name, listChanged: list } = source
  if (!list) return true
  let record: WalkRecord | null = await findOrNewWalk(name, deps.store)
  if (record.watermark === null && !record.running) {
    await deps.store.saveWalk({ ...record, watermark: deps.clock.now().toISOString() })
    return true
  }
  const since = record.running?.since ?? record.watermark ?? ''
  await compareAfterOutage(source, since, deps)
  record = await beginWalk(record, since, deps)
  while (isRunning(record)) {
    if (!(await mayGoOn())) return false
    const step = await walkPage(record, { name, list, pageSize: pageSizeOf(source) }, deps)
    if (step.kind === 'taken') return false
    if (step.kind === 'complete') {
      deps.log.info('changed records listed', {
        source: name,
        records: step.listed,
        until: step.walk.watermark,
      })
      return true
    }
    record = step.walk
  }
  return false
}

function isRunning(record: WalkRecord | null): record is WalkRecord & { readonly running: RunningWalk } {
  return record?.running != null
}

function reportFailure(name: SourceName, error: unknown, { log, metrics }: ReconcileDeps): void {
  const known = error instanceof SyncError ? error : undefined
  // A CRM that is down or busy is asked again by the next run.
  const level = error instanceof RetryLater ? 'warn' : 'error'
  metrics.count('WalksFailed')
  log[level]('changed records could not be listed', {
    source: name,
    code: known?.code ?? 'UNEXPECTED',
    reason: known?.message ?? (error instanceof Error ? error.name : 'unknown'),
    status: known?.status,
  })
}
