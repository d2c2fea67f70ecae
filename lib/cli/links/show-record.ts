import { findLinksById } from '../../operator/links/find-record.ts'
import { toListedRow } from '../../operator/links/link-row.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { findSurplus } from '../../operator/links/surplus.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import { describeLinks, noLink } from './describe-links.ts'
import type { LinksOptions } from './options.ts'

/** `links show`: prints a record's or customer's links, and what to do next. Throws CommandFailed when there is none. */
export async function showRecord(id: string, options: LinksOptions): Promise<void> {
  const stage = await openStage(options)
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
