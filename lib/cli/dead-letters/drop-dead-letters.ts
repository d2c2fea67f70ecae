import { BadInput } from '../../operator/errors.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { interruptedExitCode } from '../terminal/program.ts'
import { type FilterOptions, fits, isNarrowed, requireChoice } from './filter.ts'
import { notThere, openDeadLetters, walkDeadLetters } from './open-dead-letters.ts'

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
  const wanted = new Set(ids)
  const dropped = new Set<string>()
  await walkDeadLetters(
    opened,
    (it) => {
      if (all && !fits(it, options)) return 'keep'
      dropped.add(it.letter.id)
      return 'remove'
    },
    all ? {} : { isWanted: ({ id }) => wanted.has(id), enough: () => dropped.size === wanted.size },
  )
  printResult(options, { dropped: [...dropped] }, () => `${dropped.size} dropped`)
  const missing = ids.filter((id) => !dropped.has(id))
  if (opened.signal.aborted) process.exitCode = interruptedExitCode
  else if (missing.length > 0) throw notThere(missing)
}
