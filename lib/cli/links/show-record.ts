import { recordKey } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { openStage } from '../stage/open-stage.ts'
import type { Stage } from '../stage/stage.ts'
import { printResult } from '../stage/stage-command.ts'
import { formatNext } from '../terminal/advice.ts'
import { CommandFailed } from '../terminal/program.ts'
import { findDeadLetters } from './find-dead-letter.ts'
import { findLinksById } from './find-record.ts'
import { nextSteps } from './next-steps.ts'
import { type LinksOptions, openLinks } from './open-links.ts'
import { showLink } from './show-link.ts'
import { findSurplus, type Surplus } from './surplus.ts'
import { toListedRow } from './view.ts'

/**
 * `links show`: prints the links of a record or provider customer, and what to do next. Throws CommandFailed when there is
 * none.
 */
export async function showRecord(id: string, options: LinksOptions): Promise<void> {
  const stage = openStage(options)
  const links = openLinks(stage)
  const found = await findLinksById(id, options, links)
  if (found.length === 0) throw new CommandFailed(`no link of a record or provider customer ${id}`)
  const surplus = await findSurplus(found, links)
  printResult(
    options,
    found.map((link) => {
      const row = toListedRow(link, surplus)
      const { ref: _ref, ...details } = link
      return { ...row, ...details, mode: row.mode }
    }),
    options.json ? '' : await describeLinks(found, surplus, options, stage),
  )
}

/** Each link, followed by what to do about it. */
async function describeLinks(
  links: readonly Link[],
  surplus: Surplus,
  options: LinksOptions,
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
