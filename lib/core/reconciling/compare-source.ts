import type { CrmSource } from '../ports/crm-source.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import type { ComparisonRecord } from '../ports/walk-store.ts'
import { beginComparison, type ComparisonDeps, comparePage } from './find-deleted.ts'

const day = 24 * 3_600_000
const comparisonInterval = 7 * day
/** Deleted records are listed for two weeks and more: Salesforce's recycle bin keeps them for 15 days, Close's event log for 30. */
const deletionsListedFor = 14 * day

/** Whether there is time, and room in the queue, for another page. */
export type MayGoOn = () => Promise<boolean>

type Deps = ComparisonDeps & { readonly log: Log; readonly metrics: Metrics }

/**
 * Notes that the linked records must be compared although the CRM lists deleted ones: its changes are known only up to `since`, and
 * it does not list deletions for so long. Called before the walk that makes up for them, so that a run that is stopped in between
 * does not forget it. Throws what the table throws.
 */
export async function compareAfterOutage(
  { name, fetchCustomers, listsDeleted }: CrmSource,
  since: string,
  deps: ComparisonDeps,
): Promise<void> {
  if (!fetchCustomers || !listsDeleted || !isOlder(since, deletionsListedFor, deps)) return
  await beginComparison(await findOrNewComparison(name, deps), deps)
}

/**
 * Compares the linked records of a source with the CRM where that is due or was noted; false when there is more to compare. Throws
 * what the CRM, the queue and the table throw.
 */
export async function compareSource(source: CrmSource, mayGoOn: MayGoOn, deps: Deps): Promise<boolean> {
  const { name, fetchCustomers, listsDeleted } = source
  if (!fetchCustomers) return true
  const found = await findOrNewComparison(name, deps)
  const isDue = !listsDeleted && (found.endedAt === null || isOlder(found.endedAt, comparisonInterval, deps))
  if (!found.running && !isDue) return true
  let record = await beginComparison(found, deps)
  while (record?.running) {
    if (!(await mayGoOn())) return false
    const {
      kind,
      record: next,
      compared,
      missing,
    } = await comparePage({ ...record, running: record.running }, source, deps)
    if (kind === 'taken') return false
    const counts = { source: name, compared, missing }
    if (kind === 'complete') {
      deps.log.info('linked records compared with the CRM', counts)
      return true
    }
    if (kind === 'stopped') {
      deps.metrics.count('ComparisonsStopped')
      deps.log.error('too many linked records are missing in the CRM, nothing was closed', {
        ...counts,
        code: 'TOO_MANY_MISSING',
        reason: `${name} does not return ${missing} of ${compared} linked records: check what the connected user may see; if they were deleted, run npm run resync with their ids`,
      })
      return true
    }
    record = next
  }
  return false
}

async function findOrNewComparison(name: string, { store }: ComparisonDeps): Promise<ComparisonRecord> {
  return (await store.findComparison(name)) ?? { name, endedAt: null, running: null, revision: 0 }
}

function isOlder(time: string, millis: number, { clock }: Pick<ComparisonDeps, 'clock'>): boolean {
  return clock.now().getTime() - Date.parse(time) >= millis
}
