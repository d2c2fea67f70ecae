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
  { recordId }: RecordRef,
  deps: SyncDeps,
): Promise<void> {
  for (const link of shared) await clearFingerprint({ ...link, ref: holder.ref }, deps.links)
  await requeueRecord(holder.ref, [`erased:${recordId}:${deps.clock.now().getTime()}`], deps)
}

/**
 * Clears the fingerprint of every other record that has this customer, by a merge in progress or by `links attach`: its next
 * change sends everything.
 */
export async function clearOtherFingerprints(
  link: Link & { readonly provider: ProviderName },
  id: ProviderCustomerId,
  { links }: SyncDeps,
): Promise<void> {
  const holders = await links.findByProviderCustomer(link.provider, link.mode, id)
  for (const holder of holders) {
    if (recordKey(holder.ref) !== recordKey(link.ref)) await clearFingerprint(holder, links)
  }
}
