import { RetryLater } from './errors.ts'
import type { Link } from './link.ts'
import type { CustomerLinks } from './ports.ts'

/**
 * The link being worked on, at its newest saved revision. Steps save through it, so that whoever records a failure
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

async function withdrawFingerprint({ ref, provider, mode }: Link, links: CustomerLinks): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const stored = (await links.findLinks(ref)).find((it) => it.provider === provider && it.mode === mode)
    if (!stored || stored.fingerprint === null) return
    if (await links.saveLink({ ...stored, fingerprint: null })) return
  }
  throw new RetryLater('LINK_CONFLICT', 'this link keeps being changed by other workers', { afterSeconds: 1 })
}
