import { finalSurvivor } from '../../core/links/find-survivor.ts'
import { type RecordRef, recordKey } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { Link } from '../../core/model/link.ts'
import type { CustomerLinks } from '../../core/ports/customer-links.ts'

type LinkReader = Pick<CustomerLinks, 'findLinks'>

/** Descriptions of customers that merges left over, by the merged link that still has their id. */
export type Surplus = ReadonlyMap<Link, string>

/** Finds links among those that were read already. */
export function readerOf(links: readonly Link[]): LinkReader {
  const byRecord = Map.groupBy(links, ({ ref }) => recordKey(ref))
  return { findLinks: async (ref) => byRecord.get(recordKey(ref)) ?? [] }
}

/** A merge deletes no customer: when both records had one, the customer of the merged record is left over. */
export async function findSurplus(links: readonly Link[], table: LinkReader): Promise<Surplus> {
  const notes = await Promise.all(links.map(async (link) => [link, await surplusOf(link, table)] as const))
  return new Map(notes.flatMap(([link, note]) => (note === null ? [] : [[link, note]])))
}

async function surplusOf({ ref, ...link }: Link, table: LinkReader): Promise<string | null> {
  const { provider, mode, providerCustomerId } = link
  if (link.state !== 'merged' || provider === null || providerCustomerId === null) return null
  const survivor = await survivorOf(ref, table)
  if (survivor === null) return 'surplus: its merges point at each other'
  const own = survivor.book.links.find((it) => it.provider === provider && it.mode === mode)
  if (own?.providerCustomerId === providerCustomerId) return null
  const has = own?.providerCustomerId ? `which has ${own.providerCustomerId}` : 'which has none here'
  return `surplus: merged into ${survivor.ref.recordId}, ${has}`
}

/** Null for a loop of merges, so that the other links are still listed. */
async function survivorOf(ref: RecordRef, table: LinkReader) {
  try {
    return await finalSurvivor(ref, table)
  } catch (error) {
    if (error instanceof RetryLater && error.code === 'MERGE_LOOP') return null
    throw error
  }
}
