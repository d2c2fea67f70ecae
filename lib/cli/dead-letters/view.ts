import colors from 'picocolors'
import { type DeadLetter, mostRounds, roundOf } from '../../core/dead-letters/dead-letter.ts'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'
import { type Column, formatFields, formatTable } from '../terminal/table.ts'

/** A dead letter as people and scripts read it; absent values are null. */
export type DeadLetterRow = ReturnType<typeof toDeadLetterRow>

export function toDeadLetterRow({ letter, diagnosis }: DiagnosedLetter) {
  const { id, change, deadLetteredAt } = letter
  const { provider, code, reason, field, attempts, firstFailedAt, retryable } = diagnosis
  return {
    id,
    source: change?.source ?? null,
    account: change?.account ?? null,
    recordType: change?.recordType ?? null,
    recordId: change?.recordId ?? null,
    provider,
    code,
    reason,
    field,
    attempts,
    firstFailedAt,
    deadLetteredAt,
    retryable,
    round: roundOf(letter),
  }
}

const columns: readonly Column[] = [
  { heading: 'ID' },
  { heading: 'RECORD', paint: colors.bold },
  { heading: 'PROVIDER' },
  { heading: 'CODE', paint: colors.red },
  { heading: 'RETRY' },
  { heading: 'SINCE' },
  { heading: 'REASON' },
]

export function showDeadLetters(rows: readonly DeadLetterRow[]): string {
  if (rows.length === 0) return 'no dead letters'
  return formatTable(
    columns,
    rows.map((row) => [
      row.id,
      row.recordId === null ? null : `${row.source} ${row.recordType} ${row.recordId}`,
      row.provider,
      row.code,
      row.recordId !== null && row.retryable && row.round < mostRounds ? 'automatic' : 'manual',
      row.deadLetteredAt,
      row.reason,
    ]),
  )
}

/** Everything about one dead letter; never the snapshot, which is sealed. */
export function showDeadLetter(row: DeadLetterRow, { change, raw, foreign }: DeadLetter): string {
  return formatFields([
    ...Object.entries(row).map(
      ([name, value]) => [name, typeof value === 'boolean' ? String(value) : value] as const,
    ),
    ['kind', change?.kind],
    ['eventId', change?.eventId],
    ['occurredAt', change?.occurredAt],
    ['receivedAt', change?.receivedAt],
    ['mergedIds', change?.mergedIds?.join(', ')],
    ['snapshot', change?.sealedSnapshot ? 'sealed' : null],
    ['message', raw?.body ?? foreign],
  ])
}
