import type { RecordRef } from '../model/change.ts'
import { RetryLater } from '../model/errors.ts'
import { type Link, newLink } from '../model/link.ts'
import { modes } from '../model/provider.ts'
import type { RecordBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { finalSurvivor } from './find-survivor.ts'

/**
 * The link being worked on, at its newest saved revision. Steps save through it, so that a failure recorded
 * afterwards continues from there.
 */
export type LinkSlot = {
  link: Link
  /** The link as it was last read or saved; `link` may be ahead of it. */
  saved: Link
}

/** Saves or throws RetryLater: somebody else changed the link since it was read, and everything must be read again. */
export async function saveOrRetry(next: Link, links: CustomerLinks): Promise<Link> {
  const saved = await links.saveLink(next)
  if (saved) return saved
  throw new RetryLater('LINK_CONFLICT', 'another worker changed this link at the same time', {
    afterSeconds: 1,
    counts: false,
  })
}

/** Saves as the slot's newest; throws like `saveOrRetry`. */
export async function advance(slot: LinkSlot, next: Link, links: CustomerLinks): Promise<void> {
  slot.link = await saveOrRetry(next, links)
  slot.saved = slot.link
}

/**
 * Saves what the provider has acknowledged. When somebody else was there first, nobody knows whose body the provider
 * holds: the stored fingerprint is withdrawn, so that the next try sends the newest state again.
 */
export async function saveAcknowledged(slot: LinkSlot, next: Link, links: CustomerLinks): Promise<void> {
  try {
    await advance(slot, next, links)
  } catch (error) {
    if (error instanceof RetryLater) await withdrawFingerprint(next, links)
    throw error
  }
}

/**
 * Whoever has this link's customer by now, be it the record that this one was merged into, does not know any more what the
 * provider holds.
 */
export async function withdrawFingerprint(link: Link, links: CustomerLinks): Promise<void> {
  const { provider, mode, providerCustomerId } = link
  if (providerCustomerId === null) return
  for (let round = 0; round < 5; round += 1) {
    const { book } = await finalSurvivor(link.ref, links)
    const stored = book.links.find(
      (it) => it.provider === provider && it.mode === mode && it.providerCustomerId === providerCustomerId,
    )
    if (!stored || stored.fingerprint === null) return
    if (await links.saveLink({ ...stored, fingerprint: null })) return
  }
  throw new RetryLater('LINK_CONFLICT', 'this link keeps being changed by other workers', { afterSeconds: 1 })
}

/**
 * A merge or an erasure may reach the table from another record's message group while a create of this record is under
 * way. A tombstone wherever the record has no link yet lets the creator's claim fail, or fails on the claim.
 */
export async function keepCreatorsOut(
  ref: RecordRef,
  book: RecordBook,
  tombstone: Pick<Link, 'state' | 'mergedInto'>,
  { links, knownProviders }: Pick<SyncDeps, 'links' | 'knownProviders'>,
): Promise<void> {
  const places = knownProviders.flatMap((provider) => modes.map((mode) => ({ provider, mode })))
  const free = places.filter(
    ({ provider, mode }) => !book.links.some((it) => it.provider === provider && it.mode === mode),
  )
  for (const { provider, mode } of free) {
    await saveOrRetry({ ...newLink(ref, provider, mode), ...tombstone }, links)
  }
}
