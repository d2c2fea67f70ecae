import { randomUUID } from 'node:crypto'
import type { ListedLinks } from '../../aws/customer-links.ts'
import { type CustomerChange, type RecordRef, recordKey } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { clock } from '../../wiring/clock.ts'
import { BadInput } from '../errors.ts'
import { findRecords, fits, type RecordOptions } from '../links/find-record.ts'
import { receivedLongAgo } from './engine/plan-changes.ts'

/** The records with these ids. Throws BadInput for an id that the table does not know, or knows of several records. */
export async function recordsById(
  ids: readonly string[],
  options: RecordOptions,
  links: ListedLinks,
): Promise<readonly RecordRef[]> {
  const found = await findRecords(ids, options, links)
  const unknown = ids.filter((id) => !found.has(id))
  if (unknown.length === 0) return [...found.values()]
  throw new BadInput(`no link of record ${unknown.join(', ')} yet: add --source, --account and --type`)
}

/** Every record of a source that the table knows and that the CRM has not deleted, merged or erased. */
export async function knownRecords(
  options: RecordOptions,
  links: Pick<ListedLinks, 'listLinks'>,
): Promise<readonly RecordRef[]> {
  const known = new Map<string, RecordRef>()
  const gone = new Set<string>()
  for await (const link of links.listLinks()) {
    if (!fits(link.ref, options)) continue
    known.set(recordKey(link.ref), link.ref)
    if (isGone(link)) gone.add(recordKey(link.ref))
  }
  return [...known].flatMap(([key, ref]) => (gone.has(key) ? [] : ref))
}

const isGone = ({ state }: Link) => state === 'closed' || state === 'merged' || state === 'erased'

/** That the record may have changed: it is read from the CRM. */
export function toChange(ref: RecordRef): CustomerChange {
  const receivedAt = clock.now().toISOString()
  return receivedLongAgo(
    { ...ref, v: 1, kind: 'changed', eventId: `plan:${randomUUID()}`, receivedAt },
    clock,
  )
}
