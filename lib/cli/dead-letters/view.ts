import colors from 'picocolors'
import { type DeadLetter, isRedrivable, mostRounds, roundOf } from '../../core/dead-letters/dead-letter.ts'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'
import { adviceFor, commandLine, formatNext, type StageFlags } from '../terminal/advice.ts'
import { relativeTime, timeInFull } from '../terminal/relative-time.ts'
import { type Cell, type Column, formatFields, formatTable } from '../terminal/table.ts'

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
  { heading: 'ID', shortening: 'last' },
  { heading: 'RECORD', paint: colors.bold, shortening: 'last' },
  { heading: 'PROVIDER' },
  { heading: 'CODE', paint: colors.red },
  { heading: 'RETRY' },
  { heading: 'SINCE' },
  { heading: 'REASON', shortening: 'first' },
]

/** The table of dead letters as it is at `now`, and what one can do with them. */
export function showDeadLetters(rows: readonly DeadLetterRow[], now: Date, flags: StageFlags): string {
  if (rows.length === 0) return 'no dead letters'
  const table = formatTable(
    columns,
    rows.map((row) => [
      row.id,
      row.recordId === null ? null : `${row.source} ${row.recordType} ${row.recordId}`,
      row.provider,
      row.code,
      isAutomatic(row) ? 'automatic' : 'manual',
      relativeTime(row.deadLetteredAt, now),
      row.reason,
    ]),
  )
  const hint = `Fix and commands: ${commandLine('dead-letters', ['show', { placeholder: 'id' }], flags)}`
  return `${table}\n\n${hint}`
}

/** Everything about one dead letter that is known, never the snapshot, which is sealed; then what to do about it. */
export function showDeadLetter(row: DeadLetterRow, letter: DeadLetter, now: Date, flags: StageFlags): string {
  const { change, raw, foreign } = letter
  const { firstFailedAt, deadLetteredAt, ...others } = row
  const fields: readonly (readonly [string, Cell])[] = [
    ...Object.entries(others).map(
      ([name, value]) => [name, typeof value === 'boolean' ? String(value) : value] as const,
    ),
    ['firstFailedAt', timeInFull(firstFailedAt, now)],
    ['deadLetteredAt', timeInFull(deadLetteredAt, now)],
    ['kind', change?.kind],
    ['eventId', change?.eventId],
    ['occurredAt', timeInFull(change?.occurredAt, now)],
    ['receivedAt', timeInFull(change?.receivedAt, now)],
    ['mergedIds', change?.mergedIds?.join(', ')],
    ['snapshot', change?.sealedSnapshot ? 'sealed' : null],
    ['message', raw?.body ?? foreign],
  ]
  const filled = fields.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return `${formatFields(filled)}\n\n${formatNext(nextSteps(row, isRedrivable(letter), flags))}`
}

function nextSteps(row: DeadLetterRow, redrivable: boolean, flags: StageFlags): readonly string[] {
  const command = (verb: string) => commandLine('dead-letters', [verb, row.id], flags)
  const redrive = [
    isAutomatic(row) ? 'It is retried automatically. To send it again now:' : 'To send it again:',
    command('redrive'),
  ]
  return [
    ...adviceFor(row.code),
    ...(redrivable ? redrive : ['Another release wrote it: redrive it with that release.']),
    'To remove it for good; the customer stays as the provider has it:',
    command('drop'),
  ]
}

function isAutomatic({ recordId, retryable, round }: DeadLetterRow): boolean {
  return recordId !== null && retryable && round < mostRounds
}
