import { openStage } from '../stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import { describeLinks, noLink } from './describe-links.ts'
import { findLinksById } from './find-record.ts'
import { type LinksOptions, openLinks } from './open-links.ts'
import { findSurplus } from './surplus.ts'
import { toListedRow } from './view.ts'

/** `links show`: prints a record's or customer's links, and what to do next. Throws CommandFailed when there is none. */
export async function showRecord(id: string, options: LinksOptions): Promise<void> {
  const stage = openStage(options)
  const links = openLinks(stage)
  const found = await findLinksById(id, options, links)
  if (found.length === 0) throw await noLink(id, options, stage)
  const surplus = await findSurplus(found, links)
  const rows = found.map((link) => {
    const row = toListedRow(link, surplus)
    const { ref: _ref, ...details } = link
    return { ...row, ...details, mode: row.mode }
  })
  printResult(options, rows, options.json ? '' : await describeLinks(found, surplus, options, stage))
}
