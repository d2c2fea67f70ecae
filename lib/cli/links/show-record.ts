import { openStage } from '../stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import { CommandFailed } from '../terminal/program.ts'
import { findLinksById } from './find-record.ts'
import { type LinksOptions, openLinks } from './open-links.ts'
import { findSurplus } from './surplus.ts'
import { showLink, toListedRow } from './view.ts'

/** `links show`: prints everything the table holds about a record or provider customer. Throws CommandFailed when that is nothing. */
export async function showRecord(id: string, options: LinksOptions): Promise<void> {
  const links = openLinks(openStage(options))
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
    found.map((link) => showLink(link, surplus)).join('\n\n'),
  )
}
