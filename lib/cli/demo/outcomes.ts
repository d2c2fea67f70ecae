import { type RecordRef, recordKey, type SourceName } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Cell } from '../terminal/table.ts'

/** The effect of one event on one record. */
export type EventOutcome = {
  readonly record: string
  readonly provider: string | null
  readonly providerCustomerId: string | null
  readonly outcome: string
}

export type Before = {
  readonly links: readonly Link[]
  /** How many dead letters there are of each record, by its key. */
  readonly parked: ReadonlyMap<string, number>
}

/**
 * The effect of one event of a source, from the table before and after it: the links of that source that were written, else the
 * current links of the event's records (`refs`).
 */
export function outcomesOf(
  source: SourceName,
  refs: readonly RecordRef[],
  before: Before,
  after: Before,
): readonly EventOutcome[] {
  const revisions = new Map(before.links.map((link) => [keyOf(link), link.revision]))
  const written = after.links.filter(
    (link) => link.ref.source === source && revisions.get(keyOf(link)) !== link.revision,
  )
  if (written.length > 0) return withoutDoubles(written).map((link) => toOutcome(link, whatHappened(link)))
  if (refs.length === 0)
    return [{ record: '', provider: null, providerCustomerId: null, outcome: 'not followed' }]
  return refs.flatMap((ref) => {
    const key = recordKey(ref)
    const parked = (after.parked.get(key) ?? 0) > (before.parked.get(key) ?? 0)
    const links = after.links.filter(
      (link) => recordKey(link.ref) === recordKey(ref) && link.provider !== null,
    )
    if (parked || links.length === 0) {
      return [{ ...nothingAt(ref), outcome: parked ? 'dead-lettered' : 'nothing to do' }]
    }
    return links.map((link) => toOutcome(link, 'unchanged'))
  })
}

/** The cells of the demo's table. */
export function toCells({ record, provider, providerCustomerId, outcome }: EventOutcome): readonly Cell[] {
  return [record, provider, providerCustomerId, outcome]
}

/** A record's own line is left out where one of its links was written, too. */
function withoutDoubles(links: readonly Link[]): readonly Link[] {
  const linked = new Set(links.filter(({ provider }) => provider).map(({ ref }) => recordKey(ref)))
  return links.filter(({ provider, ref }) => provider !== null || !linked.has(recordKey(ref)))
}

function whatHappened({ state, lastOutcome, failure, mergedInto }: Link): string {
  if (state === 'merged') return `merged into ${mergedInto}`
  if (failure) return `failed: ${failure.code}`
  return lastOutcome ?? state
}

function toOutcome({ ref, provider, providerCustomerId }: Link, outcome: string): EventOutcome {
  return { record: nameOf(ref), provider, providerCustomerId, outcome }
}

function nothingAt(ref: RecordRef) {
  return { record: nameOf(ref), provider: null, providerCustomerId: null }
}

function nameOf({ recordType, recordId }: RecordRef): string {
  return `${recordType} ${recordId}`
}

function keyOf({ ref, provider, mode }: Link): string {
  return `${recordKey(ref)} ${provider} ${mode}`
}
