import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { readDeadLetter } from '../../lib/aws/dead-letter-body.ts'
import { sqsDeadLetters } from '../../lib/aws/dead-letters.ts'
import type { DeadLetter } from '../../lib/core/dead-letters/dead-letter.ts'
import { sendBack } from '../../lib/core/dead-letters/redrive.ts'
import { type CustomerChange, recordKey } from '../../lib/core/model/change.ts'
import { Rejected } from '../../lib/core/model/errors.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../../lib/core/model/provider.ts'
import { attachCustomer } from '../../lib/core/repairing/attach-customer.ts'
import { changedByHand } from '../../lib/core/repairing/changed-by-hand.ts'
import { forgetLinks } from '../../lib/core/repairing/forget-links.ts'
import { connectProvider } from '../../lib/wiring/adapters.ts'
import { dynamodbClient, queueUrls, sqsClient } from './aws-clients.ts'
import { currentMode, providerSecrets } from './keys.ts'
import { at, crmRecordOf } from './provider-api.ts'
import { theRun } from './run.ts'
import { minute } from './settings.ts'

type Letter = DeadLetter & { readonly change: CustomerChange }

/** What lies on the dead-letter queues now; a letter that cannot be read would be a defect. */
export function letters(): readonly Letter[] {
  const run = theRun()
  return [...run.letters.messages(), ...run.manualLetters.messages()].map(
    ({ id: messageId, body, group, sentAt }) =>
      readDeadLetter({ messageId, body, group, sentTimestamp: String(sentAt) }) as Letter,
  )
}

/** What a letter without a reason of its own was moved for: the queue gave it up. */
const mayWork = ({ failure }: DeadLetter) => failure?.retryable ?? true

/** Sends back what may work now, as `dead-letters redrive` does; false when there is nothing of that kind. */
export async function redrive(wanted: (letter: Letter) => boolean = mayWork): Promise<boolean> {
  const { history, count } = theRun()
  const ids = letters()
    .filter(wanted)
    .map(({ id }) => id)
  if (ids.length === 0) return false
  history.tell('operator', `redrives ${ids.join(', ')}`)
  count('redrive')
  const aws = sqsClient() as never
  await sendBack(new Set(ids), {
    deadLetters: sqsDeadLetters(aws, [queueUrls.letters, queueUrls.manualLetters]),
    queue: sqsChangeQueue(aws, queueUrls.changes),
  })
  return true
}

/**
 * Settles what only a person can: attaches the provider customer that names the record, or forgets the link when there
 * is none; a customer of a record that must be erased is erased by hand. Then the letters are sent back.
 */
export async function settleUndecided(): Promise<boolean> {
  const undecided = letters().filter(
    ({ failure }) => failure !== null && settledBy[failure.code] !== undefined,
  )
  // People are slower than the lease of the last try.
  if (undecided.length > 0) await theRun().scheduler.sleep(5 * minute)
  for (const letter of undecided) {
    const code = letter.failure?.code ?? ''
    theRun().history.tell('operator', `settles ${code} of ${letter.change.recordId}`)
    theRun().count('undecided settled')
    await settledBy[code]?.(letter)
  }
  const ids = new Set(undecided.map(({ id }) => id))
  return redrive(({ id }) => ids.has(id))
}

const settledBy: Readonly<Record<string, (letter: Letter) => Promise<void>>> = {
  KEY_EXPIRED: attachOrForget,
  SEVERAL_MATCHES: attachOrForget,
  ERASE_LOST_CREATE: eraseByHand,
  OTHER_MODE: eraseByHand,
}

const links = () => dynamodbLinks(dynamodbClient() as never, 'links')

/** A record that is merged away or erased by now needs no customer any more. */
async function attachOrForget({ change, failure }: Letter): Promise<void> {
  const provider = failure?.provider
  if (!provider) return
  const now = new Date()
  const ref = refOf(change)
  const stored = await links().findLinks(ref)
  if (stored.some(({ state }) => state === 'merged' || state === 'erased')) return
  const mode = currentMode()
  const link = stored.find((it) => it.provider === provider && it.mode === mode)
  // Another letter of the same record has been settled already.
  if (!link || link.providerCustomerId) return
  const adapter = connectProvider(provider, providerSecrets(mode))
  for (const id of [...madeFor(change, provider, mode).map((held) => held.id), ...link.candidates]) {
    const wanted = { ref, provider: adapter, providerCustomerId: id as ProviderCustomerId }
    const attached = await attachCustomer(wanted, links(), { now }).catch(refusedAsAnothers)
    if (!attached) continue
    const canFetch = theRun().crms.some((crm) => crm.canFetch && crm.refOf('').source === change.source)
    const follows = changedByHand(attached.link, id, canFetch, { now: () => now })
    if (follows) await sqsChangeQueue(sqsClient() as never, queueUrls.changes).send([follows])
    return
  }
  await forgetLinks(ref, links(), { provider, mode, now })
}

function refusedAsAnothers(error: unknown): null {
  if (error instanceof Rejected && /^CUSTOMER_/.test(error.code)) return null
  throw error
}

/** What we cannot reach or find: a create that nobody answered, and what another mode's key has made. */
async function eraseByHand({ change }: Letter): Promise<void> {
  const { providers } = theRun()
  const own = await links().findLinks(change)
  const absorbed = [...new Set([...own.flatMap((link) => link.absorbed), ...(change.mergedIds ?? [])])]
  const others = await Promise.all(
    absorbed.map((recordId) => links().findLinks({ ...refOf(change), recordId })),
  )
  for (const link of [...own, ...others.flat()]) {
    if (!link.provider || (!link.claim && link.mode === currentMode())) continue
    // A deletion that the CRM has taken back since.
    if (change.kind === 'deleted' && link.state === 'linked') continue
    // Of a survivor only what an erased record has left there, and nobody has replaced since.
    const isLeftOver = link.fingerprint === null && link.absorbed.length > 0
    if (change.kind !== 'deleted' && change.kind !== 'erased' && link.state === 'linked' && !isLeftOver)
      continue
    if (isLeftOver && link.providerCustomerId)
      at(providers, link.provider).customers.delete(link.providerCustomerId)
    for (const { id } of madeFor({ ...change, ...link.ref }, link.provider, link.mode))
      at(providers, link.provider).customers.delete(id)
    await links().deleteLink(link)
  }
}

const refOf = ({ source, account, recordType, recordId }: CustomerChange) => ({
  source,
  account,
  recordType,
  recordId,
})

function madeFor(change: CustomerChange, provider: ProviderName, mode: Mode) {
  const wanted = `${change.source}/${change.account}/${change.recordType}:${change.recordId}`
  const held = [...at(theRun().providers, provider).customers.values()]
  return held
    .filter((it) => it.mode === mode && crmRecordOf(it.fields) === wanted)
    .sort((a, b) => a.createdAt - b.createdAt)
}

export const keyOf = (letter: Letter): string => recordKey(letter.change)

/** The records that a letter tells of: its own, and those that were merged into it. */
export const keysOf = ({ change }: Letter): readonly string[] =>
  [change.recordId, ...(change.mergedIds ?? [])].map((recordId) => recordKey({ ...change, recordId }))
