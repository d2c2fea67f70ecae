import { dropDeadLetters as dropLetters } from '../../operator/dead-letters/drop-letters.ts'
import { BadInput } from '../../operator/errors.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { interruptedExitCode } from '../terminal/program.ts'
import { type FilterOptions, fits, isNarrowed, requireChoice } from './filter.ts'
import { notThere, openDeadLetters, printNotShown } from './open-dead-letters.ts'

export type DropOptions = StageCommandOptions & FilterOptions & { readonly all?: boolean }

/**
 * `dead-letters drop`: deletes dead letters. When some ids are not there, the others are deleted first; then it throws
 * CommandFailed.
 */
export async function dropDeadLetters(ids: readonly string[], options: DropOptions): Promise<void> {
  requireChoice(ids, options)
  const { all = false } = options
  if (all && !isNarrowed(options)) throw new BadInput('drop --all requires --code, --provider or --source')
  const opened = await openDeadLetters(options)
  const { dropped, notShown } = await dropLetters(opened, {
    ids: all ? undefined : new Set(ids),
    wants: (it) => !all || fits(it, options),
  })
  printNotShown(notShown)
  printResult(options, { dropped: [...dropped] }, () => `${dropped.size} dropped`)
  const missing = ids.filter((id) => !dropped.has(id))
  if (opened.signal.aborted) process.exitCode = interruptedExitCode
  else if (missing.length > 0) throw notThere(missing)
}
