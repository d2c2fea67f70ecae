import { asciiJson } from '../../lib/aws/sqs-text.ts'
import { sendBack } from '../../lib/core/dead-letters/redrive.ts'
import { requeueRecord } from '../../lib/core/links/requeue-record.ts'
import { changesOf, toPages } from '../../lib/core/messages/listed-page.ts'
import type { CustomerChange, SourceName } from '../../lib/core/model/change.ts'
import { type Link, newLink } from '../../lib/core/model/link.ts'
import type { CrmSource } from '../../lib/core/ports/crm-source.ts'
import type { Sealer } from '../../lib/core/ports/sealer.ts'
import { receiveChanges } from '../../lib/core/receiving/receive-changes.ts'
import { changedByHand } from '../../lib/core/repairing/changed-by-hand.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aFailure, fakeDeadLetters } from '../fakes/dead-letters.ts'
import { aWorld, crmTime, ref } from '../fakes/world.ts'
import { aRequest, bytes, clock, samplesOf } from '../sources/requests.ts'
import { aSource } from './a-source.ts'

/** Unreadable fields of a customer are listed in the snapshot. */
const unreadable = bytes({
  type: 'contact.updated',
  timestamp: '2026-03-02T12:00:00Z',
  data: { id: 'cust-9', name: 'Awa Diop', phone: 'ask my brother', address: { country: 'Nowhere' } },
})

const deletedThenChanged = bytes(
  ['deletion', 'propertyChange'].map((action, index) => ({
    subscriptionType: `contact.${action}`,
    eventId: index + 1,
    objectId: 501,
    portalId: 33,
    occurredAt: Date.parse(crmTime(index)),
  })),
)

function byHand(state: Link['state'], canFetch: boolean): CustomerChange {
  const link = { ...newLink(ref, 'notchpay', 'test'), state, crmVersion: crmTime(0) }
  const change = changedByHand(link, 'a-person', canFetch, clock)
  if (!change) throw new Error('nothing would be sent')
  return change
}

/** Bodies of every kind as written to the queue of changes now: of all samples, and of changes that the product queues itself. */
export async function writtenMessages(sealer: Sealer): Promise<readonly string[]> {
  const changes: CustomerChange[] = []
  for (const name of sourceNames)
    for (const { body } of samplesOf(name)) changes.push(...(await received(name, body, sealer)))
  changes.push(...(await received('standard-webhooks', unreadable, sealer)))
  changes.push(...(await received('hubspot', deletedThenChanged, sealer)))
  changes.push(byHand('linked', true), byHand('closed', false))
  const world = aWorld()
  await requeueRecord(ref, ['event-1'], world.deps)
  changes.push(...world.sent, ...(await redriven(changes)))
  const pages = toPages([ref, { ...ref, recordId: '502' }], { walkId: 'walk-1', size: 100, now: clock.now() })
  changes.push(...pages.flatMap(changesOf))
  return [...changes, ...pages].map(asciiJson)
}

/** The source without its signature check. */
function trusting(source: CrmSource): CrmSource {
  return source.door ? { ...source, door: { ...source.door, verify: () => {} } } : source
}

async function received(name: SourceName, body: Uint8Array, sealer: Sealer): Promise<CustomerChange[]> {
  const sent: CustomerChange[] = []
  const source = trusting(aSource(name))
  const { deps } = aWorld()
  const queue = { send: async (list: readonly CustomerChange[]) => void sent.push(...list) }
  const request = aRequest({ body, method: 'POST', headers: { 'webhook-id': 'msg_1' } })
  await receiveChanges(name, request, {
    ...deps,
    isSource: () => true,
    source: async () => source,
    sealer,
    queue,
  })
  return sent
}

/** The same changes after they were redriven. */
async function redriven(changes: readonly CustomerChange[]): Promise<CustomerChange[]> {
  const sent: CustomerChange[] = []
  const deadLetters = fakeDeadLetters()
  const ids = changes.map((change) => deadLetters.put(change, aFailure(), clock.now()))
  const queue = {
    send: async (list: readonly CustomerChange[]) => void sent.push(...list),
    sendRaw: async () => {},
  }
  await sendBack(new Set(ids), { deadLetters, queue })
  return sent
}
