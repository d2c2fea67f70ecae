import { type DeadLetterRow, toDeadLetterRow } from '../../operator/dead-letters/dead-letter-row.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { Interrupted } from '../terminal/program.ts'
import { type FilterOptions, fits } from './filter.ts'
import { openDeadLetters, walkDeadLetters } from './open-dead-letters.ts'
import { showDeadLetters } from './view.ts'

/** `dead-letters list`: prints every dead letter that matches, oldest first. Throws Interrupted rather than print some. */
export async function listDeadLetters(options: StageCommandOptions & FilterOptions): Promise<void> {
  const opened = await openDeadLetters(options)
  const rows: DeadLetterRow[] = []
  await walkDeadLetters(opened, (it) => {
    if (fits(it, options)) rows.push(toDeadLetterRow(it))
    return 'keep'
  })
  if (opened.signal.aborted) throw new Interrupted()
  rows.sort((a, b) => (a.deadLetteredAt ?? '').localeCompare(b.deadLetteredAt ?? ''))
  printResult(options, rows, () => showDeadLetters(rows, new Date(), options))
}
