import { recordKey } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { commandLine, formatNext } from '../../operator/advice/advice.ts'
import { findDeadLetter } from '../../operator/dead-letters/find-dead-letter.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { findDeadLetters } from '../../operator/links/find-dead-letter.ts'
import type { RecordOptions } from '../../operator/links/find-record.ts'
import { nextSteps } from '../../operator/links/next-steps.ts'
import type { Surplus } from '../../operator/links/surplus.ts'
import type { Stage, StageOptions } from '../../operator/stage/stage.ts'
import { showLink } from './show-link.ts'

type ShowOptions = StageOptions & RecordOptions & { readonly all?: boolean }

/** A customer that could not be created has no link, but a dead letter. */
export async function noLink(id: string, options: ShowOptions, stage: Stage): Promise<CommandFailed> {
  const found = await findDeadLetter(stage, ({ recordId }) => recordId === id)
  const hint =
    found && `; it is a dead letter: ${commandLine('dead-letters', ['show', found.row.id], options)}`
  return new CommandFailed(`no link of a record or provider customer ${id}${hint ?? ''}`)
}

/** Each link, followed by what to do about it. */
export async function describeLinks(
  links: readonly Link[],
  surplus: Surplus,
  options: ShowOptions,
  stage: Stage,
): Promise<string> {
  const deadLetters = await findDeadLetters(links, stage)
  const records = new Set(links.map(({ ref }) => recordKey(ref)))
  const isAmbiguous = records.size > 1 || Boolean(options.source || options.account || options.type)
  const now = new Date()
  const blocks = links.map((link) => {
    const deadLetter = deadLetters.get(recordKey(link.ref)) ?? 'none'
    const situation = { ...options, deadLetter, surplus: surplus.get(link), isAmbiguous }
    const steps = formatNext(nextSteps(link, situation))
    return `${showLink(link, surplus, { all: options.all === true, now })}\n\n${steps}`
  })
  return blocks.join('\n\n')
}
