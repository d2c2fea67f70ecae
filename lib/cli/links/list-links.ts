import type { Link } from '../../core/model/link.ts'
import { fits } from '../../operator/links/find-record.ts'
import { listableLinks, toListedRow } from '../../operator/links/link-row.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { findSurplus, readerOf } from '../../operator/links/surplus.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import type { LinksOptions } from './options.ts'
import { showLinks } from './view.ts'

/** `links list`: prints every link that the options ask for. */
export async function listLinks(options: LinksOptions): Promise<void> {
  const all = await Array.fromAsync(openLinks(await openStage(options)).listLinks())
  const shown = listableLinks(all).filter((link) => isWanted(link, options))
  const surplus = await findSurplus(shown, readerOf(all))
  printResult(
    options,
    shown.map((link) => toListedRow(link, surplus)),
    () => showLinks(shown, surplus, new Date()),
  )
}

function isWanted(link: Link, options: LinksOptions): boolean {
  return (
    fits(link.ref, options) &&
    (!options.provider || link.provider === options.provider) &&
    (!options.state || link.state === options.state)
  )
}
