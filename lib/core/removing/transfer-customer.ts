import { admittedProviderOf, hasProvider } from '../links/admitted-provider.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { saveOrRetry } from '../links/guarded-save.ts'
import { eraseAndLog, linkFields } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import type { RecordRef } from '../model/change.ts'
import { type Link, newLink } from '../model/link.ts'
import { closedLine, isClosed, isConfirmed, type RecordBook } from '../model/record-book.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/**
 * Gives the customer of a merged record's link to the survivor, if the survivor has none there. The survivor's fingerprint is
 * cleared, so that its own data is sent next. Where the survivor has been deleted, the deletion applies to this customer, too: its
 * own line keeps that. Returns false when the survivor has a customer of its own: then the merged
 * record's is a surplus customer.
 */
export async function transferCustomer(
  merged: Link,
  survivor: RecordRef,
  book: RecordBook,
  deps: SyncDeps,
): Promise<boolean> {
  if (!merged.provider) return false
  const own =
    book.links.find((link) => link.provider === merged.provider && link.mode === merged.mode) ??
    newLink(survivor, merged.provider, merged.mode)
  const absorbed = [...new Set([...own.absorbed, ...merged.absorbed, merged.ref.recordId])]
  const takes = !own.providerCustomerId && !own.claim && merged.providerCustomerId
  if (!takes && own.revision === 0) return false
  // An interrupted try may have transferred it, and the merged record may have written to it since.
  const shares = own.providerCustomerId !== null && own.providerCustomerId === merged.providerCustomerId
  const next: Link = takes
    ? {
        ...own,
        ...transferred(own, merged, book, deps),
        providerCustomerId: merged.providerCustomerId,
        absorbed,
      }
    : { ...own, absorbed, ...(shares && { fingerprint: null }) }
  const isNew = absorbed.length !== own.absorbed.length || next.fingerprint !== own.fingerprint
  if (takes && isConfirmed(own)) await saveOrRetry(closedLine(book, survivor), deps.links)
  if (takes || isNew) await saveOrRetry(takes ? noted(next, { event: 'adopted' }, deps) : next, deps.links)
  if (takes) {
    const mergedId = merged.ref.recordId
    deps.log.info(logMessages.customerTakenOver, { ...linkFields(next), mergedId })
  }
  return Boolean(takes) || shares
}

function transferred(own: Link, merged: Link, book: RecordBook, { policies, clock }: SyncDeps) {
  const isDeleted = own.state === 'closed' || isClosed(book)
  // The customer may be blocked: a link that is opened again unblocks it.
  const mayBeBlocked = merged.state === 'closed' && policies.onDelete === 'block'
  return {
    state: isDeleted || mayBeBlocked ? 'closed' : 'linked',
    fingerprint: null,
    fieldMarks: null,
    syncedAt: clock.now().toISOString(),
    lastOutcome: isDeleted ? null : 'adopted',
  } as const
}

/** Erases an erased record's data from a surplus customer, because nothing will write to that customer again. */
export async function eraseSurplus(link: Link, deps: SyncDeps): Promise<void> {
  if (!hasProvider(link) || !link.providerCustomerId || !(await holdsErasedData(link, deps))) return
  const provider = await admittedProviderOf(link, deps)
  await eraseAndLog(provider, link.providerCustomerId, link, deps)
}
