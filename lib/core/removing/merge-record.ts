import { findLostCreate } from '../creating/find-lost-create.ts'
import { admittedProviderOf, hasProvider } from '../links/admitted-provider.ts'
import { finalSurvivor } from '../links/find-survivor.ts'
import { saveOrRetry, saveTombstones } from '../links/guarded-save.ts'
import { refuseHeld } from '../links/in-flight.ts'
import { noted } from '../links/note.ts'
import { type RecordRef, refOf } from '../model/change.ts'
import { RetryLater, Undecided } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import { isErased, lineOf, mergedInto, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { eraseRecord } from './erase-record.ts'
import { eraseSurplus, transferCustomer } from './transfer-customer.ts'

/**
 * Saves that `merged` was merged into `into`, or into the record that `into` has become since: the survivor. The merged
 * record's links become tombstones. The survivor keeps its own provider customers and takes over those that it lacks. Nothing
 * is deleted at a provider. If the survivor has been erased, the merged record is erased, too. Idempotent: a crash in between
 * leaves both records pointing at the same customer, which the retry resolves.
 */
export async function mergeRecord(merged: RecordRef, into: RecordRef, deps: SyncDeps): Promise<void> {
  const mergedBook = toBook(await deps.links.findLinks(merged))
  const { ref: survivor, book } = await finalSurvivor(into, deps.links)
  if (survivor.recordId === merged.recordId) return
  if (isErased(book)) {
    await eraseRecord(refOf(merged), mergedBook, deps)
    return
  }
  const unmerged = mergedBook.links.filter(({ state }) => state !== 'merged' && state !== 'erased')
  for (const link of unmerged) await mergeLink(link, survivor, deps)
  if (isErased(mergedBook)) return
  const tombstone = { state: 'merged', mergedInto: survivor.recordId } as const
  if (mergedBook.links.length === 0 && mergedBook.line?.state !== 'merged') {
    const line = { ...lineOf(mergedBook, merged), ...tombstone, failure: null }
    await saveOrRetry(noted(line, { event: 'merged' }, deps), deps.links)
  }
  await saveTombstones(refOf(merged), mergedBook, tombstone, deps)
}

async function mergeLink(unfinished: Link, survivor: RecordRef, deps: SyncDeps): Promise<void> {
  refuseHeld(unfinished, deps)
  const link = await withoutClaim(unfinished, deps)
  const book = toBook(await deps.links.findLinks(survivor))
  // The survivor may have been erased or merged away since it was looked up.
  if (isErased(book) || mergedInto(book) !== null) {
    throw new RetryLater('LINK_CONFLICT', 'the survivor of this merge was erased or merged meanwhile', {
      afterSeconds: 1,
      counts: false,
    })
  }
  const isTransferred = await transferCustomer(link, survivor, book, deps)
  if (!isTransferred) await eraseSurplus(link, deps)
  const tombstone: Link = {
    ...link,
    state: 'merged',
    mergedInto: survivor.recordId,
    fingerprint: null,
    fieldMarks: null,
    failure: null,
  }
  await saveOrRetry(noted(tombstone, { event: 'merged' }, deps), deps.links)
}

/**
 * Looks for the customer of a lost create first, because nothing looks for it after the merge. If it cannot be found any
 * more, it is a surplus customer, and the claim stays in the merged link as a trace of it.
 */
async function withoutClaim(link: Link, deps: SyncDeps): Promise<Link> {
  if (!link.claim || !hasProvider(link)) return link
  try {
    const provider = await admittedProviderOf(link, deps)
    const [providerCustomerId = null] = await findLostCreate(link, provider, deps)
    return { ...link, providerCustomerId, claim: null }
  } catch (error) {
    if (error instanceof Undecided) return link
    throw error
  }
}
