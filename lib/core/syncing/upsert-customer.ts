import { routeCustomer } from '../config/route.ts'
import { settleAll } from '../failures/settle-all.ts'
import { hasProvider, refuseUnreachable } from '../links/admitted-provider.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { saveOrRetry } from '../links/guarded-save.ts'
import { noted } from '../links/note.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { CustomerState } from '../model/customer.ts'
import { RetryLater } from '../model/errors.ts'
import type { Link, LinkOutcome } from '../model/link.ts'
import type { ProviderName } from '../model/provider.ts'
import { isErased, lineOf, linkOf, mergedInto, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { mergeRecords } from '../removing/merge-records.ts'
import type { RecordWork } from './record-work.ts'
import { reportUnreadable } from './report-outcomes.ts'
import { syncLink } from './sync-link.ts'

/**
 * Brings the providers to the customer's state. Existing links are always kept up to date; the routes only decide where a
 * customer without a link is created. A provider that is switched off is not called.
 */
export async function upsertCustomer(
  work: RecordWork,
  state: CustomerState,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<readonly LinkOutcome[]> {
  const { ref } = work
  reportUnreadable(state.customer, deps)
  // Also when an earlier try was interrupted after taking over customers: nothing has been written to those yet.
  const mayTakeOver = work.book.links.every(({ fingerprint }) => fingerprint === null)
  const book = mayTakeOver ? await takeOverMerged(work, mergedIds, deps) : work.book
  const route = routeCustomer(state.customer, ref, deps.routes, deps.phoneCountry)
  const names = new Set<ProviderName>(book.links.flatMap(({ provider }) => provider ?? []))
  if (route) names.add(route)
  const enabled = [...names].filter((name) => deps.providers.has(name))
  const outcomes = (
    await settleAll([
      ...enabled.map((name) => upsertAt(name, route, { ...work, book }, state, deps)),
      ...book.links.map((link) => refuseErasedData(link, deps)),
    ])
  ).flat()
  return outcomes.length > 0 || route ? outcomes : [await saveNotRouted({ ...work, book }, deps)]
}

async function upsertAt(
  name: ProviderName,
  route: ProviderName | null,
  { ref, book, retriedSince }: RecordWork,
  state: CustomerState,
  deps: SyncDeps,
): Promise<readonly LinkOutcome[]> {
  const provider = deps.breaker.watch(await deps.provider(name), ref)
  const ofOtherMode = book.links.find((link) => link.provider === name && link.mode !== provider.mode)
  if (ofOtherMode) await clearWaiting(ofOtherMode, deps)
  const link = withTrustedFingerprint(linkOf(book, ref, provider), retriedSince)
  // Neither a customer nor an unfinished create is there: only the route can create one.
  if (!link.providerCustomerId && !link.claim && name !== route) return clearWaiting(link, deps)
  return [await syncLink(link, state, provider, deps)]
}

/**
 * No change waits for this link any more: the customer was to be created here and the route leads elsewhere by now, or the key
 * is for the other mode.
 */
async function clearWaiting(link: Link, { links }: SyncDeps): Promise<readonly []> {
  if (!link.failure?.retryable) return []
  const lastOutcome = link.lastOutcome === 'failed' ? null : link.lastOutcome
  await saveOrRetry({ ...link, lastOutcome, failure: null }, links)
  return []
}

/**
 * On a retry, the fingerprint is trusted only if it was saved after the earlier try. That try may have been interrupted
 * after its update was carried out, and the CRM may have returned to the previous state since.
 */
function withTrustedFingerprint(link: Link, retriedSince: string | null): Link {
  const isTrusted = retriedSince === null || compareTimes(link.syncedAt, retriedSince) > 0
  return isTrusted ? link : { ...link, fingerprint: null }
}

/** Throws where the data of an erased record, which was merged into this one, cannot be replaced by this record's. */
async function refuseErasedData(link: Link, deps: SyncDeps): Promise<readonly []> {
  if (!hasProvider(link) || link.fingerprint !== null) return []
  try {
    await refuseUnreachable(link, deps)
  } catch (error) {
    // Checked last, because it costs one read for each record that was merged into this one.
    if (await holdsErasedData(link, deps)) throw error
  }
  return []
}

/**
 * A record that is seen for the first time takes over the customers of the records that the CRM merged into it. Throws
 * RetryLater when it has been erased or merged away itself meanwhile.
 */
async function takeOverMerged(
  { ref, book }: RecordWork,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<RecordBook> {
  const others = mergedIds.filter((id) => id !== ref.recordId)
  if (others.length === 0) return book
  await mergeRecords(others, ref, deps)
  const next = toBook(await deps.links.findLinks(ref))
  if (!isErased(next) && mergedInto(next) === null) return next
  throw new RetryLater('LINK_CONFLICT', 'this record was erased or merged away while it took over others', {
    afterSeconds: 1,
    counts: false,
  })
}

/** Saved once in the record's own line, so that an operator can see why there is no customer. */
async function saveNotRouted({ ref, book }: RecordWork, deps: SyncDeps): Promise<LinkOutcome> {
  const line = lineOf(book, ref)
  if (line.lastOutcome !== 'not-routed' || line.failure) {
    const syncedAt = deps.clock.now().toISOString()
    const next = { ...line, lastOutcome: 'not-routed', failure: null, syncedAt } as const
    await saveOrRetry(noted(next, { event: 'not-routed' }, deps), deps.links)
  }
  return { outcome: 'not-routed', links: [] }
}
