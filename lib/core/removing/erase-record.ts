import { findLostCreate } from '../creating/find-lost-create.ts'
import { settleAll } from '../failures/settle-all.ts'
import {
  admittedProviderOf,
  hasProvider,
  type LinkAtProvider,
  refuseUnreachable,
} from '../links/admitted-provider.ts'
import { survivorsOf } from '../links/find-survivor.ts'
import { saveOrRetry, saveTombstones } from '../links/guarded-save.ts'
import { refuseHeld } from '../links/in-flight.ts'
import { eraseAndLog } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import type { RecordRef } from '../model/change.ts'
import { isBareTombstone, type Link } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import { lineOf, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { holderOf, requeueHolder, requeueOtherHolders } from './shared-customer.ts'

/**
 * A privacy deletion. The record's own line becomes a tombstone first, so that nothing creates the customer again. Then the
 * data at each provider is deleted or overwritten, including that of records merged into this one. A customer that a merge
 * has given to another record stays, and receives that record's data. Throws Undecided where a customer cannot be reached
 * (the key is for another mode, or the provider is switched off).
 */
export async function eraseRecord(ref: RecordRef, book: RecordBook, deps: SyncDeps): Promise<Outcome> {
  const line = lineOf(book, ref)
  if (line.state !== 'erased') {
    const erased: Link = { ...line, state: 'erased', lastOutcome: 'erased', failure: null }
    await saveOrRetry(noted(erased, { event: 'erased' }, deps), deps.links)
  }
  await saveTombstones(ref, book, { state: 'erased', mergedInto: null }, deps)
  const absorbed = [...new Set([line, ...book.links].flatMap((link) => link.absorbed))]
  const merged = await Promise.all(
    absorbed.map(async (recordId) => toBook(await deps.links.findLinks({ ...ref, recordId }))),
  )
  const remaining = [...merged.flatMap(({ links }) => links), ...book.links].filter(isToErase)
  const survivors = await survivorsOf(ref, book, deps.links)
  for (const survivor of survivors) {
    const shared = remaining.filter((link) => holderOf(link, survivors) === survivor)
    if (shared.length > 0) await requeueHolder(survivor, shared, ref, deps)
  }
  await settleAll(
    remaining.map((link) => (holderOf(link, survivors) ? leaveToHolder(link, deps) : eraseLink(link, deps))),
  )
  return remaining.length > 0 || line.state !== 'erased' ? 'erased' : 'unchanged'
}

const isToErase = (link: Link) => hasProvider(link) && link.state !== 'erased' && !isBareTombstone(link)

/**
 * The tombstone names no customer, so that erasing this record again leaves the survivor's customer alone. Throws when the
 * survivor's data cannot be sent there: then the erased record's data stays, and an operator must act.
 */
async function leaveToHolder(link: Link, deps: SyncDeps): Promise<void> {
  if (hasProvider(link)) await refuseUnreachable(link, deps)
  const erased: Link = {
    ...link,
    state: 'erased',
    providerCustomerId: null,
    fingerprint: null,
    fieldMarks: null,
    claim: null,
    failure: null,
  }
  await saveOrRetry(noted(erased, { event: 'erased' }, deps), deps.links)
}

async function eraseLink(link: Link, deps: SyncDeps): Promise<void> {
  if (!hasProvider(link)) return
  const ids = await eraseCustomers(link, deps)
  const erased: Link = {
    ...link,
    state: 'erased',
    providerCustomerId: ids[0] ?? null,
    fingerprint: null,
    fieldMarks: null,
    claim: null,
    lastOutcome: 'erased',
    syncedAt: deps.clock.now().toISOString(),
    failure: null,
  }
  await saveOrRetry(noted(erased, { event: 'erased' }, deps), deps.links)
}

/** The customers that were erased: that of the link, or that of its lost create. None where none was ever created. */
async function eraseCustomers(link: LinkAtProvider, deps: SyncDeps): Promise<readonly ProviderCustomerId[]> {
  if (!link.providerCustomerId && !link.claim) return []
  refuseHeld(link, deps)
  const provider = await admittedProviderOf(link, deps)
  const ids = link.providerCustomerId ? [link.providerCustomerId] : await findLostCreate(link, provider, deps)
  for (const id of ids) {
    await eraseAndLog(provider, id, link, deps)
    await requeueOtherHolders(link, id, deps)
  }
  return ids
}
