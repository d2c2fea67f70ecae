import { routeCustomer } from '../config/route.ts'
import { settleAll } from '../failures/settle-all.ts'
import { hasProvider, refuseUnreachable } from '../links/admitted-provider.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { saveOrRetry } from '../links/guarded-save.ts'
import type { RecordRef } from '../model/change.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { Link } from '../model/link.ts'
import type { ProviderName } from '../model/provider.ts'
import { lineOf, linkOf, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { absorbRecords } from '../removing/merge-records.ts'
import { reportUnreadable } from './report-outcomes.ts'
import { type CustomerState, syncLink } from './sync-link.ts'
import type { ProviderOutcome, RecordWork } from './sync-record.ts'

/**
 * Makes the providers agree with the customer's state. Links that exist are kept up to date wherever the customer moves; the
 * route says where one is created. A provider that is switched off is not called.
 */
export async function upsertCustomer(
  ref: RecordRef,
  { book: readBook, retriedSince }: Pick<RecordWork, 'book' | 'retriedSince'>,
  state: CustomerState,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  reportUnreadable(ref, state.customer, deps)
  // Also when that was begun and cut short: what was taken over has not been written to since.
  const mayInherit = readBook.links.every(({ fingerprint }) => fingerprint === null)
  const book = mayInherit ? await inherit(ref, readBook, mergedIds, deps) : readBook
  const route = routeCustomer(state.customer, ref, deps.routes, deps.phoneCountry)
  const names = new Set<ProviderName>(book.links.flatMap(({ provider }) => provider ?? []))
  if (route) names.add(route)
  const enabled = [...names].filter((name) => deps.providers.has(name))
  const outcomes = (
    await settleAll([
      ...enabled.map((name) => upsertAt(name, route, ref, book, retriedSince, state, deps)),
      ...book.links.map((link) => refuseErasedData(link, deps)),
    ])
  ).flat()
  return outcomes.length > 0 || route ? outcomes : [await noteNotRouted(ref, book, deps)]
}

async function upsertAt(
  name: ProviderName,
  route: ProviderName | null,
  ref: RecordRef,
  book: RecordBook,
  retriedSince: string | null,
  state: CustomerState,
  deps: SyncDeps,
): Promise<readonly ProviderOutcome[]> {
  const provider = deps.breaker.watch(await deps.provider(name), ref)
  const link = doubted(linkOf(book, ref, provider), retriedSince)
  // Nothing of the customer is there, nor on its way there: the route decides.
  if (!link.providerCustomerId && !link.claim && name !== route) return []
  return [{ provider: name, outcome: await syncLink(link, state, provider, deps) }]
}

/**
 * An earlier try may have been cut short after the provider carried out its update, and the CRM have gone back to what was sent
 * before: only what was acknowledged since that try is known.
 */
function doubted(link: Link, retriedSince: string | null): Link {
  const isKnown = retriedSince === null || compareTimes(link.syncedAt, retriedSince) > 0
  return isKnown ? link : { ...link, fingerprint: null }
}

/** Where this record's data cannot replace that of an erased record which was merged into it, an operator must be told. */
async function refuseErasedData(link: Link, deps: SyncDeps): Promise<readonly []> {
  if (hasProvider(link) && (await holdsErasedData(link, deps))) await refuseUnreachable(link, deps)
  return []
}

/** A record met for the first time that the CRM says others were merged into takes over what they have. */
async function inherit(
  ref: RecordRef,
  book: RecordBook,
  mergedIds: readonly string[],
  deps: SyncDeps,
): Promise<RecordBook> {
  const losers = mergedIds.filter((id) => id !== ref.recordId)
  if (losers.length === 0) return book
  await absorbRecords(losers, ref, deps)
  return toBook(await deps.links.findLinks(ref))
}

/** Leaves a trace in the record's own line, once, to show why the customer has not arrived. */
async function noteNotRouted(ref: RecordRef, book: RecordBook, deps: SyncDeps): Promise<ProviderOutcome> {
  const line = lineOf(book, ref)
  if (line.lastOutcome !== 'not-routed') {
    await saveOrRetry(
      { ...line, lastOutcome: 'not-routed', syncedAt: deps.clock.now().toISOString() },
      deps.links,
    )
  }
  return { provider: null, outcome: 'not-routed' }
}
