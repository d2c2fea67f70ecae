import { randomUUID } from 'node:crypto'
import { sqsChangeQueue } from '../../aws/change-queue.ts'
import type { RecordRef } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../../core/model/provider.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { type Attached, attachCustomer } from '../../core/repairing/attach-customer.ts'
import { changedByHand } from '../../core/repairing/changed-by-hand.ts'
import { BadInput } from '../errors.ts'
import type { Stage } from '../stage/stage.ts'
import { openLinks } from './open-links.ts'

/** Which customer a record is attached to. `mode` is the mode that the operator expects the customer in. */
export type WantedCustomer = {
  readonly ref: RecordRef
  readonly provider: ProviderName
  readonly customerId: string
  readonly mode?: Mode | undefined
  readonly force?: boolean | undefined
}

/**
 * Links a record to a customer that the provider has, then queues the record. `queued` is false when the CRM has no read API:
 * the data then comes with the record's next event. Throws BadInput for a blank id or another mode than that of the stage's
 * key, and what `attachCustomer` throws when it may not be done.
 */
export async function attachRecord(
  { ref, provider: name, customerId, mode, force = false }: WantedCustomer,
  stage: Stage,
): Promise<Attached & { readonly queued: boolean }> {
  if (customerId.trim() === '') throw new BadInput('the provider customer id is blank')
  const provider = await openProvider(name, mode, stage)
  const wanted = { ref, provider, providerCustomerId: customerId as ProviderCustomerId }
  const attached = await attachCustomer(wanted, openLinks(stage), { force, now: new Date() })
  return { ...attached, queued: await queueAgain(attached.link, stage) }
}

/** The provider with the key of the stage, which decides the mode. */
async function openProvider(
  name: ProviderName,
  mode: Mode | undefined,
  stage: Stage,
): Promise<PaymentProvider> {
  const { connectProvider } = await import('../../wiring/adapters.ts')
  const provider = connectProvider(name, await stage.readApiVariables())
  if (mode === undefined || mode === provider.mode) return provider
  throw new BadInput(
    `the ${name} key of this stage is for ${provider.mode} mode: it cannot be asked for a ${mode} customer`,
  )
}

/** Queues the link's record to be read and synced now. False when its CRM has no read API. */
export async function queueAgain(link: Link, { sqs, findQueues, variables }: Stage): Promise<boolean> {
  const { canAsk } = await import('../../wiring/adapters.ts')
  const canFetch = canAsk(link.ref.source, variables)
  const change = changedByHand(link, randomUUID(), canFetch, { now: () => new Date() })
  if (!change) return false
  const { changes } = await findQueues()
  await sqsChangeQueue(sqs, changes).send([change])
  return true
}
