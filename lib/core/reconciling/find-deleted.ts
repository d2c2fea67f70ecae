import { toPages } from '../messages/listed-page.ts'
import type { RecordRef } from '../model/change.ts'
import type { CrmSource } from '../ports/crm-source.ts'
import type { Clock } from '../ports/observers.ts'
import type { ListedQueue } from '../ports/queues.ts'
import type { ComparisonRecord, ComparisonStore, RunningComparison } from '../ports/walk-store.ts'
import { pageSizeOf } from './page-size.ts'

/** A comparison that finds more records missing than this, or than this share, is stopped: the cause may be elsewhere. */
const mostMissing = 100
const largestShare = 0.05
/** In a small account, this many may be missing whatever their share is. */
const alwaysAllowed = 3

/** A page of the records of one CRM that are linked to a provider customer. */
export type LinkedRecords = {
  readonly refs: readonly RecordRef[]
  /** Null after the last page. */
  readonly cursor: string | null
}

export type ComparisonDeps = {
  readonly store: ComparisonStore
  readonly queue: ListedQueue
  readonly linkedRecords: (source: string, cursor: string | null) => Promise<LinkedRecords>
  readonly clock: Clock
  readonly newId: () => string
}

/**
 * `page`: there is more to compare. `complete`: the missing records have been queued. `stopped`: too many are missing, nothing was
 * queued. `taken`: another worker has done it.
 */
export type ComparisonStep = {
  readonly kind: 'page' | 'complete' | 'stopped' | 'taken'
  readonly record: ComparisonRecord
  readonly compared: number
  readonly missing: number
}

/** The comparison in progress, or a new one. Null when another worker was first. */
export async function beginComparison(
  record: ComparisonRecord,
  { store, newId }: Pick<ComparisonDeps, 'store' | 'newId'>,
): Promise<ComparisonRecord | null> {
  if (record.running) return record
  return store.saveComparison({
    ...record,
    running: { id: newId(), cursor: null, compared: 0, missing: [] },
  })
}

/**
 * Compares one page of linked records with the CRM. Closes nothing itself: after the last page, the missing records are queued, and
 * each is read once more before its link is closed. A record that could not be read is not missing. Throws what the CRM, the queue
 * and the table throw; the place stays as it was.
 */
export async function comparePage(
  record: ComparisonRecord & { readonly running: RunningComparison },
  source: CrmSource,
  deps: ComparisonDeps,
): Promise<ComparisonStep> {
  const { running } = record
  const page = await deps.linkedRecords(source.name, running.cursor)
  const asked = await ofOwnAccounts(page.refs, source)
  const answers = asked.length > 0 ? ((await source.fetchCustomers?.(asked)) ?? []) : []
  const gone = asked.filter((_, index) => {
    const kind = answers[index]?.kind
    return kind === 'deleted' || kind === 'merged'
  })
  const compared = running.compared + asked.length
  const missing = [...running.missing, ...gone]
  const step = { compared, missing: missing.length }
  const endedAt = deps.clock.now().toISOString()
  const isLast = page.cursor === null
  if (missing.length > mostMissing || (isLast && missing.length > allowedOf(compared))) {
    const stopped = await deps.store.saveComparison({ ...record, running: null, endedAt })
    return { kind: stopped ? 'stopped' : 'taken', record: stopped ?? record, ...step }
  }
  const pages = { walkId: running.id, size: pageSizeOf(source), now: deps.clock.now() }
  if (isLast) await deps.queue.send(toPages(missing, pages))
  const next = isLast
    ? { ...record, running: null, endedAt }
    : { ...record, running: { ...running, cursor: page.cursor, compared, missing } }
  const saved = await deps.store.saveComparison(next)
  if (!saved) return { kind: 'taken', record, ...step }
  return { kind: isLast ? 'complete' : 'page', record: saved, ...step }
}

function allowedOf(compared: number): number {
  return Math.max(alwaysAllowed, compared * largestShare)
}

/** Records of an account that the token does not belong to are other customers there. */
async function ofOwnAccounts(refs: readonly RecordRef[], source: CrmSource): Promise<readonly RecordRef[]> {
  const accounts = [...new Set(refs.map(({ account }) => account))]
  const owned = new Map<string, boolean>()
  for (const account of accounts) owned.set(account, await source.ownsAccount(account))
  return refs.filter(({ account }) => owned.get(account))
}
