import type { DeadLetter } from '../../core/dead-letters/dead-letter.ts'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'
import { toDeadLetterRow } from '../../operator/dead-letters/dead-letter-row.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { Interrupted } from '../terminal/program.ts'
import { notThere, openDeadLetters, walkDeadLetters } from './open-dead-letters.ts'
import { showDeadLetter } from './view.ts'

/** `dead-letters show`: prints everything about one. Throws CommandFailed when it is not there. */
export async function showOne(id: string, options: StageCommandOptions): Promise<void> {
  const opened = await openDeadLetters(options)
  let found: DiagnosedLetter | undefined
  await walkDeadLetters(
    opened,
    (it) => {
      found = it
      return 'keep'
    },
    { isWanted: (letter) => letter.id === id, enough: () => found !== undefined },
  )
  if (!found && opened.signal.aborted) throw new Interrupted()
  if (!found) throw notThere([id])
  const row = toDeadLetterRow(found)
  const { letter } = found
  printResult(options, { ...row, ...contentOf(letter) }, () =>
    showDeadLetter(row, letter, new Date(), options),
  )
}

/** The pointer without its snapshot, or the message that this release cannot read. */
function contentOf({ change, raw, foreign }: DeadLetter) {
  if (!change) return { change: null, message: raw?.body ?? foreign }
  const { sealedSnapshot: _sealed, ...pointer } = change
  return { change: pointer }
}
