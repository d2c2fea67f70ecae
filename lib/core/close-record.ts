import type { RecordRef } from './change.ts'
import { laterTime } from './crm-time.ts'
import { findLostCreate } from './find-lost-create.ts'
import { keepCreatorsOut, saveOrRetry } from './guarded-save.ts'
import { isBareTombstone, type Link, type Outcome } from './link.ts'
import type { PaymentProvider, ProviderName } from './ports.ts'
import { lineOf, type RecordBook, toBook } from './record-book.ts'
import { refuseHeld, settledAt } from './refuse-held.ts'
import { isUnanswered } from './retry.ts'
import type { SyncDeps } from './sync-deps.ts'

/**
 * The record is gone from the CRM: its links are closed. The provider customer is kept unless the policy says otherwise
 * and the CRM itself said "deleted" (a record that merely cannot be read is never reason enough to delete).
 * A record without links leaves its own line, so that an older snapshot arriving late creates nothing.
 */
export async function closeRecord(
  ref: RecordRef,
  book: RecordBook,
  deleted: { readonly confirmed: boolean; readonly at: string | null },
  deps: SyncDeps,
): Promise<Outcome> {
  const closing = {
    state: 'closed',
    lastOutcome: 'closed',
    failure: null,
  } as const
  const isLater = (link: Link) => laterTime(link.crmVersion, deleted.at) !== link.crmVersion
  // One that is closed already takes the time of a later deletion, or a change from before that would open it.
  const toClose = book.links.filter(
    (link) =>
      isOpen(link) ||
      (link.state === 'closed' && (isLater(link) || (deleted.confirmed && isHalfClosed(link)))),
  )
  for (const link of toClose) {
    const crmVersion = laterTime(link.crmVersion, deleted.at)
    await closeLink({ ...link, ...closing, crmVersion }, deleted.confirmed, deps)
  }
  if (book.links.length === 0 && (!book.line || isLater(book.line))) {
    const line = lineOf(book, ref)
    const next = {
      ...line,
      ...closing,
      crmVersion: laterTime(line.crmVersion, deleted.at),
    }
    await saveOrRetry(next, deps.links)
    return 'closed'
  }
  return toClose.length > 0 ? 'closed' : 'unchanged'
}

const isOpen = ({ state }: Link) => state !== 'closed' && state !== 'merged' && state !== 'erased'

/** The policy is still to be followed at the provider. */
const isHalfClosed = ({ lastOutcome }: Link) => lastOutcome !== 'closed'

/**
 * Closed before the provider is asked: it may do what the policy says and its answer be lost, and whoever opens the
 * link again must not take the customer for untouched.
 */
async function closeLink(link: Link, confirmed: boolean, deps: SyncDeps): Promise<void> {
  if (deps.policies.onDelete === 'keep') return void (await saveOrRetry(link, deps.links))
  const halfClosed = await saveOrRetry({ ...link, lastOutcome: null }, deps.links)
  if (!confirmed) return
  await applyDeletePolicy(halfClosed, deps)
  await saveOrRetry({ ...halfClosed, lastOutcome: 'closed' }, deps.links)
}

async function applyDeletePolicy(link: Link, deps: SyncDeps): Promise<void> {
  const { onDelete } = deps.policies
  if (onDelete === 'keep' || !link.provider || !link.providerCustomerId) return
  refuseHeld(link, deps)
  const adapter = await admitted(link.provider, deps)
  if (adapter.mode !== link.mode) return
  try {
    if (onDelete === 'block' && adapter.abilities.block) await adapter.blockCustomer(link.providerCustomerId)
    if (onDelete === 'delete' && adapter.abilities.delete) {
      await adapter.eraseCustomer(link.providerCustomerId, link.ref)
    }
  } catch (error) {
    // It may still happen to a customer that has been restored by then.
    if (isUnanswered(error)) await saveOrRetry({ ...link, unsettledUntil: settledAt(deps) }, deps.links)
    throw error
  }
}

/**
 * A privacy deletion: the record's own line becomes a tombstone first, so that nothing creates the customer again
 * whatever happens next; then each provider's data is deleted or overwritten, that of merged-away records included.
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
  await keepCreatorsOut(ref, book, { state: 'erased', mergedInto: null }, deps.links)
  const absorbed = [...new Set([line, ...book.links].flatMap((link) => link.absorbed))]
  for (const recordId of absorbed) {
    const loser = { ...ref, recordId }
    await eraseLinks(toBook(await deps.links.findLinks(loser)), deps)
  }
  const erased = await eraseLinks(book, deps)
  return erased > 0 || line.state !== 'erased' ? 'erased' : 'unchanged'
}

/** Of a record that is erased already: somebody who did not know may have written to its customers since. */
export async function eraseAgain({ links }: RecordBook, deps: SyncDeps): Promise<void> {
  for (const { provider, mode, providerCustomerId, ref } of links) {
    if (!provider || !providerCustomerId) continue
    const adapter = await admitted(provider, deps)
    if (adapter.mode === mode) await adapter.eraseCustomer(providerCustomerId, ref)
  }
}

async function eraseLinks({ links }: RecordBook, deps: SyncDeps): Promise<number> {
  const left = links.filter((link) => link.state !== 'erased' && !isBareTombstone(link))
  for (const link of left) {
    const provider = link.provider && (await admitted(link.provider, deps))
    if (!provider || provider.mode !== link.mode) continue
    await eraseLink(link, provider, deps)
  }
  return left.length
}

/** The provider, once its breaker lets us through; every call of it is taken note of. */
export async function admitted(
  name: ProviderName,
  { provider, breaker }: SyncDeps,
): Promise<PaymentProvider> {
  const adapter = breaker.watch(await provider(name))
  await breaker.admit(adapter)
  return adapter
}

async function eraseLink(link: Link, provider: PaymentProvider, deps: SyncDeps): Promise<void> {
  refuseHeld(link, deps)
  const slot = { link, saved: link }
  const ids = link.providerCustomerId ? [link.providerCustomerId] : await findLostCreate(slot, provider, deps)
  for (const id of ids) await provider.eraseCustomer(id, link.ref)
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
