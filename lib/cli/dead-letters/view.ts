import colors from 'picocolors'
import { type DeadLetter, isRedrivable } from '../../core/dead-letters/dead-letter.ts'
import { adviceFor, commandLine, formatNext, type StageFlags } from '../../operator/advice/advice.ts'
import { relativeTime, timeInFull } from '../../operator/advice/relative-time.ts'
import { type DeadLetterRow, isRetriedAutomatically } from '../../operator/dead-letters/dead-letter-row.ts'
import { type Cell, type Column, formatFields, formatTable } from '../terminal/table.ts'

const columns: readonly Column[] = [
  { heading: 'ID', shortening: 'last' },
  { heading: 'SOURCE', dispensable: 2 },
  { heading: 'RECORD', paint: colors.bold, shortening: 'last' },
  { heading: 'PROVIDER', dispensable: 1 },
  { heading: 'CODE', paint: colors.red },
  { heading: 'RETRY', dispensable: 4 },
  { heading: 'SINCE', dispensable: 3 },
  { heading: 'REASON', shortening: 'first' },
]

/** The table of dead letters as it is at `now`, and what one can do with them. */
export function showDeadLetters(rows: readonly DeadLetterRow[], now: Date, flags: StageFlags): string {
  if (rows.length === 0) return 'no dead letters'
  const table = formatTable(
    columns,
    rows.map((row) => [
      row.id,
      row.source,
      row.recordId === null ? null : `${row.recordType} ${row.recordId}`,
      row.provider,
      row.code,
      isRetriedAutomatically(row) ? 'automatic' : 'manual',
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
    isRetriedAutomatically(row) ? 'It is retried automatically. To send it again now:' : 'To send it again:',
    command('redrive'),
  ]
  return [
    ...adviceFor(row.code),
    ...(redrivable ? redrive : ['Another release wrote it: redrive it with that release.']),
    'To remove it for good; the customer stays as the provider has it:',
    command('drop'),
  ]
}
