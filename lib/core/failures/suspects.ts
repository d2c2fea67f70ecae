import { createHash } from 'node:crypto'
import { type RecordRef, recordKey } from '../model/change.ts'
import type { BreakerRecord } from '../ports/breaker.ts'

/** When more records fail than these, it is the provider. */
const mostSuspects = 5

/** What the breaker's item calls a record: short, and no id that a CRM chose. */
export function markOf(ref: RecordRef): string {
  return createHash('sha256').update(recordKey(ref)).digest('base64url').slice(0, 10)
}

/** Whether the provider was paused because of this record, which has not been accepted since: the record may be what is wrong. */
export function isSuspect(record: BreakerRecord | null, mark: string): boolean {
  return record?.suspects?.includes(mark) ?? false
}

/** The records to suspect when the provider is paused because calls for `marks` failed; none while it is the provider. */
export function suspectsAmong(record: BreakerRecord | null, marks: readonly string[]): readonly string[] {
  const known = record?.suspects ?? []
  if (record && record.state !== 'closed' && known.length === 0) return []
  const suspects = new Set([...known, ...marks])
  return suspects.size > mostSuspects ? [] : [...suspects]
}

/**
 * When a call for this record may try the paused provider. Suspects let others go first: the success of another one ends the
 * pause at once.
 */
export function opensAt({ until, suspectsUntil, ...record }: BreakerRecord, mark: string): number {
  const waits = suspectsUntil != null && record.suspects?.includes(mark)
  return Date.parse((waits ? suspectsUntil : until) ?? '')
}
