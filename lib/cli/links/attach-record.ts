import { randomUUID } from 'node:crypto'
import { sqsChangeQueue } from '../../aws/change-queue.ts'
import type { Link } from '../../core/model/link.ts'
import type { ProviderCustomerId, ProviderName } from '../../core/model/provider.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { attachCustomer } from '../../core/repairing/attach-customer.ts'
import { changedByHand } from '../../core/repairing/changed-by-hand.ts'
import { openStage } from '../stage/open-stage.ts'
import type { Stage } from '../stage/stage.ts'
import { printResult } from '../stage/stage-command.ts'
import { BadInput } from '../terminal/program.ts'
import { findRecord } from './find-record.ts'
import { type LinksOptions, nameOf, openLinks } from './open-links.ts'
import { toLinkRow } from './view.ts'

/**
 * `links attach`: links a record to a customer that the provider has, then queues the record. Throws BadInput when it is not
 * clear which record or customer is meant, and what `attachCustomer` throws when it may not be done.
 */
export async function attachRecord(
  recordId: string,
  provider: ProviderName,
  customerId: string,
  options: LinksOptions,
): Promise<void> {
  if (customerId.trim() === '') throw new BadInput('the provider customer id is blank')
  const stage = openStage(options)
  const links = openLinks(stage)
  const ref = await findRecord(recordId, options, links)
  if (!ref) throw new BadInput(`no link of record ${recordId} yet: add --source, --account and --type`)
  const adapter = await openProvider(provider, options, stage)
  const wanted = { ref, provider: adapter, providerCustomerId: customerId as ProviderCustomerId }
  const { link, leftBehind } = await attachCustomer(wanted, links, {
    force: options.force === true,
    now: new Date(),
  })
  const queued = await syncNow(link, stage)
  const lines = [
    `${nameOf(link)} is ${provider} ${customerId} (${adapter.mode}) now; ${whatFollows(link, queued)}`,
    ...(leftBehind ? [`${leftBehind} stays at ${provider}, and belongs to no record any more`] : []),
  ]
  printResult(options, { ...toLinkRow(link), leftBehind }, lines.join('\n'))
}

/** The provider with the key of the stage, which decides the mode. Throws BadInput when that is not the mode asked for. */
async function openProvider(
  name: ProviderName,
  { mode }: LinksOptions,
  stage: Stage,
): Promise<PaymentProvider> {
  const { connectProvider } = await import('../../wiring/adapters.ts')
  const provider = connectProvider(name, await stage.readApiVariables())
  if (mode === undefined || mode === provider.mode) return provider
  throw new BadInput(
    `the ${name} key of this stage is for ${provider.mode} mode: it cannot be asked for a ${mode} customer`,
  )
}

function whatFollows({ state }: Link, queued: boolean): string {
  if (state === 'closed') {
    return `the CRM has deleted the record, so it stays closed${queued ? ', and policies.onDelete is being followed' : ''}`
  }
  return queued ? 'its data is being sent' : 'its data follows with the next event'
}

/** Queues the record. False when the CRM has no read API, so that the data comes with its next event. */
async function syncNow(link: Link, { sqs, findQueues, variables }: Stage): Promise<boolean> {
  const { canAsk } = await import('../../wiring/adapters.ts')
  const canFetch = canAsk(link.ref.source, variables)
  const change = changedByHand(link, randomUUID(), canFetch, { now: () => new Date() })
  if (!change) return false
  const { changes } = await findQueues()
  await sqsChangeQueue(sqs, changes).send([change])
  return true
}
