import { type RecordRef, recordKey } from '../core/change.ts'
import type { Link } from '../core/link.ts'
import type { CustomerLinks } from '../core/ports.ts'

/** The links of a record, out of those that were read. */
export type LinkFinder = (ref: RecordRef) => readonly Link[]

/** Longer chains of merges than this are a loop. */
const longestChain = 20

export function findAmong(links: readonly Link[]): LinkFinder {
  const byRecord = Map.groupBy(links, ({ ref }) => recordKey(ref))
  return (ref) => byRecord.get(recordKey(ref)) ?? []
}

/** Reads the survivors of these links' merges, and theirs. */
export async function readSurvivors(links: readonly Link[], table: CustomerLinks): Promise<readonly Link[]> {
  const read = new Map<string, readonly Link[]>()
  let wanted = links.flatMap(survivorOf)
  while (wanted.length > 0) {
    for (const ref of wanted) read.set(recordKey(ref), await table.findLinks(ref))
    wanted = wanted
      .flatMap((ref) => (read.get(recordKey(ref)) ?? []).flatMap(survivorOf))
      .filter((ref) => !read.has(recordKey(ref)))
  }
  return [...read.values()].flat()
}

/**
 * A merge deletes nothing: where both records had a customer, the one of the record that is gone is left over. Says so
 * in words; null for every other link.
 */
export function surplusOf(link: Link, others: LinkFinder): string | null {
  const { provider, mode, providerCustomerId } = link
  if (link.state !== 'merged' || provider === null || providerCustomerId === null) return null
  const survivor = finalSurvivor(link, others)
  const own = others(survivor).find((it) => it.provider === provider && it.mode === mode)
  if (own?.providerCustomerId === providerCustomerId) return null
  const has = own?.providerCustomerId ? `which has ${own.providerCustomerId}` : 'which has none here'
  return `surplus: merged into ${survivor.recordId}, ${has}`
}

function finalSurvivor(merged: Link, others: LinkFinder): RecordRef {
  let survivor = merged.ref
  let [next] = survivorOf(merged)
  for (let step = 0; next && step < longestChain; step += 1) {
    survivor = next
    next = others(next).flatMap(survivorOf)[0]
  }
  return survivor
}

function survivorOf({ ref, state, mergedInto }: Link): RecordRef[] {
  return state === 'merged' && mergedInto !== null ? [{ ...ref, recordId: mergedInto }] : []
}
