import type { CrmSource } from '../ports/crm-source.ts'
import type { Log, Metrics } from '../ports/observers.ts'
import { beginComparison, type ComparisonDeps, comparePage } from './find-deleted.ts'

const day = 24 * 3_600_000
const comparisonInterval = 7 * day
/** Deleted records are listed for two weeks and more: Salesforce's recycle bin keeps them for 15 days, Close's event log for 30. */
const deletionsListedFor = 14 * day

/** Whether there is time, and room in the queue, for another page. */
export type MayGoOn = () => Promise<boolean>

type Deps = ComparisonDeps & { readonly log: Log; readonly metrics: Metrics }

/**
 * Compares the linked records of a source with the CRM where that is due; false when there is more to compare. `since`: from when on
 * its changes have just been queued. Throws what the CRM, the queue and the table throw.
 */
export async function compareSource(
  source: CrmSource,
  since: string | null,
  mayGoOn: MayGoOn,
  deps: Deps,
): Promise<boolean> {
  const { name, fetchCustomers, listsDeleted } = source
  if (!fetchCustomers) return true
  const found = (await deps.store.findComparison(name)) ?? { name, endedAt: null, running: null, revision: 0 }
  const isDue = listsDeleted
    ? isOlder(since, deletionsListedFor, deps)
    : found.endedAt === null || isOlder(found.endedAt, comparisonInterval, deps)
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

function isOlder(time: string | null, millis: number, { clock }: Pick<Deps, 'clock'>): boolean {
  return time !== null && clock.now().getTime() - Date.parse(time) >= millis
}
