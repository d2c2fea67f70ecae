import { findLostCreate } from '../creating/find-lost-create.ts'
import { settleAll } from '../failures/settle-all.ts'
import {
  admittedProvider,
  admittedProviderOf,
  hasProvider,
  refuseUnreachable,
} from '../links/admitted-provider.ts'
import { type Survivor, survivorsOf } from '../links/find-survivor.ts'
import { keepCreatorsOut, saveOrRetry, withdrawFingerprint } from '../links/guarded-save.ts'
import { queueAgain } from '../links/pass-on.ts'
import { refuseHeld } from '../links/refuse-held.ts'
import { type RecordRef, recordKey } from '../model/change.ts'
import { isBareTombstone, type Link, type Outcome } from '../model/link.ts'
import type { ProviderCustomerId, ProviderName } from '../model/provider.ts'
import { awaitsSurvivor, lineOf, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/**
 * A privacy deletion: the record's own line becomes a tombstone first, so that nothing creates the customer again
 * whatever happens next; then each provider's data is deleted or overwritten, that of merged-away records included. What
 * a merge has given to another record stays: it is that record's customer now, and takes that record's data.
 * Throws Undecided where a customer cannot be reached (another mode's key, a provider that is switched off).
 */
export async function eraseRecord(ref: RecordRef, book: RecordBook, deps: SyncDeps): Promise<Outcome> {
  const line = lineOf(book, ref)
  if (line.state !== 'erased') {
    const tombstone = {
      ...line,
      state: 'erased',
      lastOutcome: 'erased',
      failure: null,
    } as const
    await saveOrRetry(tombstone, deps.links)
  }
  await keepCreatorsOut(ref, book, { state: 'erased', mergedInto: null }, deps)
  const absorbed = [...new Set([line, ...book.links].flatMap((link) => link.absorbed))]
  const losers = await Promise.all(
    absorbed.map(async (recordId) => toBook(await deps.links.findLinks({ ...ref, recordId }))),
  )
  const left = [...losers.flatMap(({ links }) => links), ...book.links].filter(isLeft)
  const survivors = await survivorsOf(ref, deps.links)
  for (const heir of survivors) {
    const shared = left.filter((link) => heirOf(link, survivors) === heir)
    if (shared.length > 0) await letSendAgain(heir, shared, ref, deps)
  }
  await settleAll(
    left.map((link) => (heirOf(link, survivors) ? leaveToHeir(link, deps) : eraseLink(link, deps))),
  )
  return left.length > 0 || line.state !== 'erased' ? 'erased' : 'unchanged'
}

/**
 * Of a record that is erased already: somebody who did not know may have written to its customers since. One that a survivor
 * has by now takes the survivor's data instead.
 */
export async function eraseAgain({ links }: RecordBook, deps: SyncDeps): Promise<void> {
  await settleAll(
    links.filter(hasProvider).map(async (link) => {
      // Nobody can have written where we cannot.
      if (!link.providerCustomerId || !deps.providers.has(link.provider)) return
      const provider = await admittedProvider(link.provider, link.ref, deps)
      if (provider.mode !== link.mode) return
      const heir = heirOf(link, await survivorsOf(link.ref, deps.links))
      if (heir) return letSendAgain(heir, [link], link.ref, deps)
      await provider.eraseCustomer(link.providerCustomerId, link.ref)
      await withdrawFromOthers(link, link.providerCustomerId, deps)
    }),
  )
}

/** The survivor that has the customer of this link by now; null where nobody writes to it any more. */
function heirOf(link: Link, survivors: readonly Survivor[]): Survivor | null {
  return survivors.findLast(({ book }) => book.links.some((own) => isHeldBy(own, link))) ?? null
}

const isLeft = (link: Link) => hasProvider(link) && link.state !== 'erased' && !isBareTombstone(link)

/** Taken over by a record that was deleted before it ever sent anything there: what is there is the erased record's. */
const isLeftOver = (link: Link) =>
  link.state === 'closed' && link.fingerprint === null && !awaitsSurvivor(link)

const isHeldBy = (own: Link, link: Link) =>
  own.state !== 'erased' && own.state !== 'merged' && isSameCustomer(own, link) && !isLeftOver(own)

function isSameCustomer(a: Link, b: Link): boolean {
  return (
    a.provider === b.provider &&
    a.mode === b.mode &&
    a.providerCustomerId !== null &&
    a.providerCustomerId === b.providerCustomerId
  )
}

/**
 * Before anything else: the customer holds what the erased record left there, or nothing at all where an earlier try erased it
 * before the merge was known.
 */
async function letSendAgain(
  heir: Survivor,
  shared: readonly Link[],
  { recordId }: RecordRef,
  deps: SyncDeps,
): Promise<void> {
  for (const link of shared) await withdrawFingerprint({ ...link, ref: heir.ref }, deps.links)
  await queueAgain(heir.ref, [`erased:${recordId}:${deps.clock.now().getTime()}`], deps)
}

/**
 * The tombstone names no customer: nobody who erases this record again may touch the heir's. Where we cannot send the heir's
 * data, the erased record's stays, and only a person can end that.
 */
async function leaveToHeir(link: Link, deps: SyncDeps): Promise<void> {
  if (hasProvider(link)) await refuseUnreachable(link, deps)
  await saveOrRetry(
    { ...link, state: 'erased', providerCustomerId: null, fingerprint: null, claim: null, failure: null },
    deps.links,
  )
}

async function eraseLink(link: Link, deps: SyncDeps): Promise<void> {
  if (!hasProvider(link)) return
  refuseHeld(link, deps)
  const provider = await admittedProviderOf(link, deps)
  const slot = { link, saved: link }
  const ids = link.providerCustomerId ? [link.providerCustomerId] : await findLostCreate(slot, provider, deps)
  for (const id of ids) {
    await provider.eraseCustomer(id, link.ref)
    await withdrawFromOthers(link, id, deps)
  }
  const erased: Link = {
    ...slot.link,
    state: 'erased',
    providerCustomerId: ids[0] ?? null,
    fingerprint: null,
    claim: null,
    lastOutcome: 'erased',
    syncedAt: deps.clock.now().toISOString(),
    failure: null,
  }
  await saveOrRetry(erased, deps.links)
}

/**
 * Another record that has this customer, by a merge under way or by `links attach`, does not know any more what the provider
 * holds: its next change sends everything.
 */
async function withdrawFromOthers(
  link: Link & { readonly provider: ProviderName },
  id: ProviderCustomerId,
  { links }: SyncDeps,
): Promise<void> {
  const holders = await links.findByProviderCustomer(link.provider, link.mode, id)
  for (const holder of holders) {
    if (recordKey(holder.ref) !== recordKey(link.ref)) await withdrawFingerprint(holder, links)
  }
}
