import { admittedProviderOf, hasProvider } from '../links/admitted-provider.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { saveOrRetry } from '../links/guarded-save.ts'
import { isUnanswered, refuseHeld, unsettled } from '../links/in-flight.ts'
import { eraseAndLog, linkFields } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import type { RecordRef } from '../model/change.ts'
import { laterTime } from '../model/crm-time.ts'
import type { Link, LinkOutcome } from '../model/link.ts'
import { isConfirmed, lineOf, type RecordBook, wasConfirmed } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/**
 * Closes the links of a record that is gone from the CRM. `policies.onDelete` is applied only if the CRM has sent a deletion
 * event (`confirmed`): a record that merely cannot be read is no reason to delete its customer. A record without links gets
 * a closed line of its own, so that an older snapshot that arrives late creates nothing.
 */
export async function closeRecord(
  ref: RecordRef,
  book: RecordBook,
  deleted: { readonly confirmed: boolean; readonly at: string | null },
  deps: SyncDeps,
): Promise<LinkOutcome> {
  const confirmed = deleted.confirmed || wasConfirmed(book)
  // A closed link takes the time of a later deletion; otherwise a change from before that would open it.
  const needsClosing = (link: Link) =>
    isOpen(link) ||
    (link.state === 'closed' &&
      (laterTime(link.crmVersion, deleted.at) !== link.crmVersion ||
        (!isConfirmed(link) && (confirmed || link.absorbed.length > 0))))
  const closed = (link: Link): Link => ({
    ...link,
    state: 'closed',
    lastOutcome: confirmed ? 'closed' : null,
    crmVersion: laterTime(link.crmVersion, deleted.at),
    failure: null,
  })
  const toClose = book.links.filter(needsClosing)
  for (const link of toClose) await closeLink(closed(link), confirmed, deps)
  // A change that came in between, such as a restoration, waits for nothing any more.
  const waiting = book.links.filter((link) => link.state === 'closed' && link.failure && !needsClosing(link))
  for (const link of waiting) await saveOrRetry({ ...link, failure: null }, deps.links)
  if (toClose.length > 0) return { outcome: 'closed', links: toClose }
  if (book.links.length > 0 || (book.line?.state === 'closed' && !needsClosing(book.line))) {
    return { outcome: 'unchanged', links: [] }
  }
  await saveOrRetry(noted(closed(lineOf(book, ref)), { event: 'closed' }, deps), deps.links)
  return { outcome: 'closed', links: [] }
}

const isOpen = ({ state }: Link) => state !== 'closed' && state !== 'merged' && state !== 'erased'

/**
 * Saved as closed before the provider is called: the call may be carried out and its response lost, and a later change that
 * opens the link must not assume that the customer is unchanged.
 */
async function closeLink(link: Link, confirmed: boolean, deps: SyncDeps): Promise<void> {
  const onDelete = (await holdsErasedData(link, deps)) ? 'erase' : confirmed ? deps.policies.onDelete : 'keep'
  if (onDelete === 'keep') return void (await saveOrRetry(noted(link, { event: 'closed' }, deps), deps.links))
  const halfClosed = await saveOrRetry({ ...link, lastOutcome: null }, deps.links)
  const after = await callProvider(halfClosed, onDelete, deps)
  await saveOrRetry(noted({ ...after, lastOutcome: link.lastOutcome }, { event: 'closed' }, deps), deps.links)
}

/** Returns the link to save; after a delete or an erasure, what the provider holds is unknown. */
async function callProvider(
  link: Link,
  onDelete: 'erase' | 'delete' | 'block',
  deps: SyncDeps,
): Promise<Link> {
  if (!hasProvider(link) || !link.providerCustomerId) return link
  refuseHeld(link, deps)
  const adapter = await admittedProviderOf(link, deps)
  try {
    if (onDelete === 'block' && adapter.abilities.block) {
      await adapter.blockCustomer(link.providerCustomerId)
      deps.log.info('customer blocked at the provider', linkFields(link))
    }
    if (onDelete === 'erase' || (onDelete === 'delete' && adapter.abilities.delete)) {
      await eraseAndLog(adapter, link.providerCustomerId, link, deps)
      return { ...link, fingerprint: null }
    }
    return link
  } catch (error) {
    // It may still be carried out, after the customer has been restored.
    if (isUnanswered(error)) {
      await saveOrRetry(unsettled({ ...link, fingerprint: null }, null, deps), deps.links)
    }
    throw error
  }
}
