import type { Link } from '../../core/model/link.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import { BadInput } from '../../operator/errors.ts'
import { attachRecord } from '../../operator/links/attach.ts'
import { findRecord } from '../../operator/links/find-record.ts'
import { toLinkRow } from '../../operator/links/link-row.ts'
import { nameOf, openLinks } from '../../operator/links/open-links.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult } from '../stage/stage-command.ts'
import type { LinksOptions } from './options.ts'

/**
 * `links attach`: links a record to a customer that the provider has, then queues the record. Throws BadInput when it is not
 * clear which record or customer is meant, and what `attachRecord` throws when it may not be done.
 */
export async function attach(
  recordId: string,
  provider: ProviderName,
  customerId: string,
  options: LinksOptions,
): Promise<void> {
  if (customerId.trim() === '') throw new BadInput('the provider customer id is blank')
  const stage = await openStage(options)
  const ref = await findRecord(recordId, options, openLinks(stage))
  if (!ref) throw new BadInput(`no link of record ${recordId} yet: add --source, --account and --type`)
  const { mode, force } = options
  const { link, leftBehind, queued } = await attachRecord({ ref, provider, customerId, mode, force }, stage)
  const lines = [
    `${nameOf(link)} is ${provider} ${customerId} (${link.mode}) now; ${whatFollows(link, queued)}`,
    ...(leftBehind ? [`${leftBehind} stays at ${provider}, and belongs to no record any more`] : []),
  ]
  printResult(options, { ...toLinkRow(link), leftBehind }, lines.join('\n'))
}

function whatFollows({ state }: Link, queued: boolean): string {
  if (state === 'closed') {
    return `the CRM has deleted the record, so it stays closed${queued ? ', and policies.onDelete is being followed' : ''}`
  }
  return queued ? 'its data is being sent' : 'its data follows with the next event'
}
