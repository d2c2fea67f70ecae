import type { Link } from '../../core/model/link.ts'
import { forgetLinks } from '../../core/repairing/forget-links.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { findRecord } from '../../operator/links/find-record.ts'
import { toLinkRow } from '../../operator/links/link-row.ts'
import { nameOf, openLinks } from '../../operator/links/open-links.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import type { LinksOptions } from './options.ts'

/**
 * `links forget`: removes links of a record. Throws CommandFailed when there is none, and what `forgetLinks` throws when
 * it may not be done.
 */
export async function forgetRecord(recordId: string, options: LinksOptions): Promise<void> {
  const links = openLinks(openStage(options))
  const ref = await findRecord(recordId, options, links)
  const { provider, mode, force = false } = options
  const chosen = { ...(provider && { provider }), ...(mode && { mode }) }
  const forgotten = ref ? await forgetLinks(ref, links, { ...chosen, force, now: new Date() }) : []
  if (forgotten.length === 0) throw new CommandFailed(`no link of record ${recordId}: nothing to forget`)
  printResult(
    options,
    forgotten.map(toLinkRow),
    [...forgotten.map(whatWasForgotten), 'the next change of this record creates a new customer'].join('\n'),
  )
}

function whatWasForgotten(link: Link): string {
  if (!link.provider) return `${nameOf(link)}: forgot its own line, state ${link.state}`
  const stays = link.providerCustomerId
    ? `; ${link.providerCustomerId} stays at ${link.provider}, and belongs to no record any more`
    : ''
  return `${nameOf(link)}: forgot ${link.provider} (${link.mode}), state ${link.state}${stays}`
}
