import { settleAll } from '../failures/settle-all.ts'
import { admittedProvider, hasProvider } from '../links/admitted-provider.ts'
import { survivorsOf } from '../links/find-survivor.ts'
import { eraseAndLog } from '../links/log-link.ts'
import type { RecordRef } from '../model/change.ts'
import type { RecordBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { holderOf, requeueHolder, requeueOtherHolders } from './shared-customer.ts'

/**
 * Erases the customers of an erased record once more: a worker that did not know of the erasure may have written to them
 * since. A customer that a survivor has by now receives the survivor's data instead.
 */
export async function eraseAgain(ref: RecordRef, book: RecordBook, deps: SyncDeps): Promise<void> {
  const survivors = await survivorsOf(ref, book, deps.links)
  await settleAll(
    book.links.filter(hasProvider).map(async (link) => {
      // A customer that we cannot reach has not been written to, either.
      if (!link.providerCustomerId || !deps.providers.has(link.provider)) return
      const provider = await admittedProvider(link.provider, link.ref, deps)
      if (provider.mode !== link.mode) return
      const holder = holderOf(link, survivors)
      if (holder) return requeueHolder(holder, [link], link.ref, deps)
      await eraseAndLog(provider, link.providerCustomerId, link, deps)
      await requeueOtherHolders(link, link.providerCustomerId, deps)
    }),
  )
}
