import type { RecordRef } from '../model/change.ts'
import { RetryLater } from '../model/errors.ts'
import { type Link, newLink } from '../model/link.ts'
import { modes } from '../model/provider.ts'
import type { RecordBook } from '../model/record-book.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { finalSurvivor } from './find-survivor.ts'

/** The link being synced. Every step updates it, so that a failure is saved on top of the newest revision. */
export type LinkSlot = {
  link: Link
  /** The link as it was last read or saved. `link` may hold changes that are not saved yet. */
  saved: Link
}

/** Saves the link. Throws RetryLater when another worker has changed it since it was read. */
export async function saveOrRetry(next: Link, links: CustomerLinks): Promise<Link> {
  const saved = await links.saveLink(next)
  if (saved) return saved
  throw new RetryLater('LINK_CONFLICT', 'another worker changed this link at the same time', {
    afterSeconds: 1,
    counts: false,
  })
}

/** Saves the link and keeps it in the slot. Throws like `saveOrRetry`. */
export async function advance(slot: LinkSlot, next: Link, links: CustomerLinks): Promise<void> {
  slot.link = await saveOrRetry(next, links)
  slot.saved = slot.link
}

/**
 * Clears the fingerprint of the link that has this customer now, which may be that of the record's survivor: what the
 * provider holds is unknown.
 */
export async function clearFingerprint(link: Link, links: CustomerLinks): Promise<void> {
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
  throw new RetryLater('LINK_CONFLICT', 'other workers keep changing this link', { afterSeconds: 1 })
}

/**
 * Saves a tombstone for every provider and mode where the record has no link. A merge or an erasure may be processed, from
 * another record's message group, while this record is being created: then either the claim or the tombstone fails.
 */
export async function saveTombstones(
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
