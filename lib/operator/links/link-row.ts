import { recordKey } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Surplus } from './surplus.ts'

/** A link as people and scripts read it; absent values are null. */
export function toLinkRow({ ref, failure, ...link }: Link) {
  return {
    source: ref.source,
    account: ref.account,
    recordType: ref.recordType,
    recordId: ref.recordId,
    provider: link.provider,
    // A record's own line belongs to no mode.
    mode: link.provider === null ? null : link.mode,
    providerCustomerId: link.providerCustomerId,
    state: link.state,
    mergedInto: link.mergedInto,
    syncedAt: link.syncedAt,
    lastOutcome: link.lastOutcome,
    lastError: failure && {
      code: failure.code,
      reason: failure.reason,
      field: failure.field,
      attempts: failure.attempts,
      firstFailedAt: failure.firstFailedAt,
    },
  }
}

/** The same, and whether a merge left its customer over. */
export function toListedRow(link: Link, surplus: Surplus) {
  return { ...toLinkRow(link), surplus: surplus.has(link) }
}

/** What people see of the table: a record's own line only where it is a tombstone that stands alone. Sorted. */
export function listableLinks(links: readonly Link[]): readonly Link[] {
  const linked = new Set(links.flatMap((link) => (link.provider === null ? [] : [recordKey(link.ref)])))
  const isTombstone = ({ state }: Link) => state === 'merged' || state === 'erased' || state === 'closed'
  return links
    .filter((link) => link.provider !== null || (isTombstone(link) && !linked.has(recordKey(link.ref))))
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b), 'en', { numeric: true }))
}

function orderOf({ ref, provider, mode }: Link): string {
  return `${recordKey(ref)} ${provider ?? ''} ${mode}`
}

/** What a person has to know, or to do, about a link. */
export function noteOf(link: Link, surplus: Surplus): string | null {
  const { length: candidates } = link.candidates
  if (link.state === 'undecided') return candidates === 1 ? '1 candidate' : `${candidates} candidates`
  if (link.state === 'linked' && link.unreadable.length > 0) {
    return `not readable in the CRM: ${link.unreadable.join(', ')}`
  }
  if (link.state !== 'merged') return null
  return surplus.get(link) ?? `merged into ${link.mergedInto}`
}
