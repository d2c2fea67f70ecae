import type { Survivor } from '../links/find-survivor.ts'
import { clearFingerprint } from '../links/guarded-save.ts'
import { requeueRecord } from '../links/requeue-record.ts'
import { type RecordRef, recordKey } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { ProviderCustomerId, ProviderName } from '../model/provider.ts'
import { awaitsSurvivor } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** The survivor that has the customer of this link by now; null when no survivor will write to it. */
export function holderOf(link: Link, survivors: readonly Survivor[]): Survivor | null {
  return survivors.findLast(({ book }) => book.links.some((own) => isHeldBy(own, link))) ?? null
}

const isHeldBy = (own: Link, link: Link) =>
  own.state !== 'erased' && own.state !== 'merged' && isSameCustomer(own, link) && !isNeverSent(own)

/** Taken over by a record that was deleted before it sent anything there: the customer still holds the erased record's data. */
const isNeverSent = (link: Link) =>
  link.state === 'closed' && link.fingerprint === null && !awaitsSurvivor(link)

function isSameCustomer(a: Link, b: Link): boolean {
  return (
    a.provider === b.provider &&
    a.mode === b.mode &&
    a.providerCustomerId !== null &&
    a.providerCustomerId === b.providerCustomerId
  )
}

/**
 * Makes the survivor send its data to these customers again. They hold the erased record's data, or nothing where an earlier
 * try erased them before the merge was known.
 */
export async function requeueHolder(
  holder: Survivor,
  shared: readonly Link[],
  erased: RecordRef,
  deps: SyncDeps,
): Promise<void> {
  for (const link of shared) await clearFingerprint({ ...link, ref: holder.ref }, deps.links)
  await requeueRecord(holder.ref, [eventIdOf(erased, deps)], deps)
}

/**
 * Makes every other record that has this customer, by a merge or by `links attach`, send its data again: the customer has just
 * been erased. The chain of merges may not lead to that record, because a record in between was erased before its merge was
 * known.
 */
export async function requeueOtherHolders(
  link: Link & { readonly provider: ProviderName },
  id: ProviderCustomerId,
  deps: SyncDeps,
): Promise<void> {
  const holders = await deps.links.findByProviderCustomer(link.provider, link.mode, id)
  for (const holder of holders) {
    if (recordKey(holder.ref) === recordKey(link.ref)) continue
    await clearFingerprint(holder, deps.links)
    if (holder.state === 'linked') await requeueRecord(holder.ref, [eventIdOf(link.ref, deps)], deps)
  }
}

/** Unique for each erasure: an event of an earlier one must not be dropped as a duplicate. */
function eventIdOf({ recordId }: RecordRef, { clock }: SyncDeps): string {
  return `erased:${recordId}:${clock.now().getTime()}`
}
