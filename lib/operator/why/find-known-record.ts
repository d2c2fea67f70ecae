import type { ListedLinks } from '../../aws/customer-links.ts'
import { type RecordRef, recordKey, recordRefSchema, refOf } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { RecordDeadLetter } from '../dead-letters/find-dead-letter.ts'
import { BadInput } from '../errors.ts'
import { findLinksById, fits, type RecordOptions } from '../links/find-record.ts'
import type { LogEntry } from '../log/log-entry.ts'
import type { LogReader } from '../log/log-reader.ts'

/** Where a record may be known. */
export type Knowledge = {
  readonly links: ListedLinks
  /** Null where the log cannot be read. */
  readonly log: LogReader | null
  /** The dead letter of a record id or an event id; null when there is none. */
  readonly findDeadLetter: (id: string) => Promise<RecordDeadLetter | null>
}

/** `deadLetter` is null unless the record was found by it. */
export type KnownRecord = { readonly ref: RecordRef; readonly deadLetter: RecordDeadLetter | null }

/**
 * The record that an id means: that of a CRM record, a provider customer or an event. Looks in the table, then in the log, then
 * among the dead letters. Null when nothing is known; throws BadInput when several records fit.
 */
export async function findKnownRecord(
  id: string,
  options: RecordOptions,
  { links, log, findDeadLetter }: Knowledge,
): Promise<KnownRecord | null> {
  const whole = recordRefSchema.safeParse({ ...options, recordType: options.type, recordId: id })
  if (whole.success) return { ref: whole.data, deadLetter: null }
  const byLinks = onlyOne(id, ownersFirst(await findLinksById(id, options, links)))
  if (byLinks) return { ref: byLinks, deadLetter: null }
  const logged = log ? await findLogged(id, log) : []
  const byLog = onlyOne(
    id,
    logged.flatMap(toRef).filter((ref) => fits(ref, options)),
  )
  if (byLog) return { ref: byLog, deadLetter: null }
  const deadLetter = await findDeadLetter(id)
  return deadLetter && fits(deadLetter.ref, options) ? { ref: deadLetter.ref, deadLetter } : null
}

/** After a merge, both records name the customer: the one that has it now is meant. */
function ownersFirst(links: readonly Link[]): readonly RecordRef[] {
  const owners = links.filter(({ state }) => state !== 'merged' && state !== 'erased')
  return (owners.length > 0 ? owners : links).map(({ ref }) => ref)
}

async function findLogged(id: string, log: LogReader): Promise<readonly LogEntry[]> {
  const queries = [{ record: { recordId: id } }, { eventId: id }, { providerCustomerId: id }]
  for (const query of queries) {
    const { entries } = await log.find(query)
    if (entries.some((entry) => toRef(entry).length > 0)) return entries
  }
  return []
}

function toRef(entry: LogEntry): readonly RecordRef[] {
  const parsed = recordRefSchema.safeParse(entry)
  return parsed.success ? [refOf(parsed.data)] : []
}

function onlyOne(id: string, refs: readonly RecordRef[]): RecordRef | null {
  const different = new Map(refs.map((ref) => [recordKey(ref), ref]))
  if (different.size > 1) {
    throw new BadInput(`several records have the id ${id}: add --source, --account or --type`)
  }
  return different.values().next().value ?? null
}
