import { CommandFailed } from '../../operator/errors.ts'
import { findRecord } from '../../operator/links/find-record.ts'
import { forgetRecordLinks, whatWasForgotten } from '../../operator/links/forget.ts'
import { toLinkRow } from '../../operator/links/link-row.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import type { LinksOptions } from './options.ts'

/**
 * `links forget`: removes links of a record. Throws CommandFailed when there is none, and what `forgetRecordLinks` throws when
 * it may not be done.
 */
export async function forgetRecord(recordId: string, options: LinksOptions): Promise<void> {
  const stage = await openStage(options)
  const ref = await findRecord(recordId, options, openLinks(stage))
  const { provider, mode, force } = options
  const forgotten = ref ? await forgetRecordLinks(ref, { provider, mode, force }, stage) : []
  if (forgotten.length === 0) throw new CommandFailed(`no link of record ${recordId}: nothing to forget`)
  printResult(
    options,
    forgotten.map(toLinkRow),
    [...forgotten.map(whatWasForgotten), 'the next change of this record creates a new customer'].join('\n'),
  )
}
