import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { type CustomerChange, recordKey } from '../../lib/core/model/change.ts'
import type { Link } from '../../lib/core/model/link.ts'
import type { ProviderName } from '../../lib/core/model/provider.ts'
import { acceptableStates } from './acceptable-states.ts'
import { disagreement, routeOf } from './agreement.ts'
import { dynamodbClient } from './aws-clients.ts'
import type { Crm, RecordState } from './crm.ts'
import { keyOf, keysOf, letters } from './operator.ts'
import { personal } from './people.ts'
import { crmRecordOf, type Held, isPersonal } from './provider-api.ts'
import type { Run } from './run.ts'

/** Every promise of README that did not hold in this run. */
export async function brokenPromises(run: Run): Promise<string[]> {
  const links = (await Promise.all(records(run).map(({ crm, id }) => linksOf(crm, id)))).flat()
  return [
    ...oneCustomer(run, links),
    ...lettersExplained(run),
    ...outagesWaitedOut(run),
    ...(await newestWins(run)),
    ...nobodyReturns(run),
    ...isolated(run),
    ...strangersKeptOut(run, links),
    ...silent(run),
    ...(await nothingLies(run, links)),
  ]
}

const records = ({ crms }: Run) =>
  crms.flatMap((crm) => [...crm.records].map(([id, states]) => ({ crm, id, states })))

const linksOf = (crm: Crm, id: string): Promise<readonly Link[]> =>
  dynamodbLinks(dynamodbClient() as never, 'links').findLinks(crm.refOf(id))

/** The timeout of syncCustomer. */
const functionSeconds = 60

/**
 * Promise 2: what is shown as waiting waits, and nothing does once the queue is empty. Where a message becomes visible while it
 * is processed, the worker that fails may report after the one that succeeded.
 */
async function nothingLies({ crms, settings }: Run, links: readonly Link[]): Promise<string[]> {
  if (settings.visibilitySeconds < functionSeconds) return []
  const dead = await keysInLetters()
  const foreign = new Set(crms.filter(({ isForeign }) => isForeign).map((crm) => crm.refOf('').account))
  return links
    .filter(
      ({ failure, ref }) => failure?.retryable && !dead.has(recordKey(ref)) && !foreign.has(ref.account),
    )
    .map(
      ({ ref, provider, mode, state, failure, history }) =>
        `2: ${recordKey(ref)} at ${provider ?? 'its own line'} (${mode}, ${state}) shows ${failure?.code}, and nothing waits: ${history.map(({ event, code }) => `${event}${code ?? ''}`).join(' ')}`,
    )
}

const isLive = ({ fields }: Held) =>
  (fields['metadata'] as Record<string, string> | undefined)?.['erased'] !== 'true'

/** Promise 1, in each mode; and no customer belongs to two records. */
function oneCustomer({ providers }: Run, links: readonly Link[]): string[] {
  const surplus = Object.values(providers).flatMap(({ name, customers }) => {
    const made = [...customers.values()].filter((held) => isLive(held) && crmRecordOf(held.fields) !== null)
    const byRecord = Map.groupBy(made, ({ fields, mode }) => `${crmRecordOf(fields)} in ${mode} mode`)
    return [...byRecord].flatMap(([record, held]) =>
      held.length < 2 ? [] : [`1: ${record} has ${held.map(({ id }) => id).join(' and ')} at ${name}`],
    )
  })
  const linked = links.filter(({ state, providerCustomerId }) => state === 'linked' && providerCustomerId)
  const shared = [...Map.groupBy(linked, (it) => `${it.provider} ${it.providerCustomerId}`)].flatMap(
    ([id, owners]) =>
      owners.length < 2 ? [] : `1: ${id} belongs to ${owners.map(({ ref }) => ref.recordId).join(' and ')}`,
  )
  return [...surplus, ...shared]
}

const explained = new Set(['CONTACT_MISSING', 'KEY_EXPIRED', 'SEVERAL_MATCHES', 'ERASE_LOST_CREATE'])
/** What only a person who deletes customers at the provider can bring about. */
const explainedByHand = new Set(['CUSTOMER_VANISHED'])
/** What only another key can reach. */
const explainedBySwitch = new Set(['OTHER_MODE'])

/** Promise 2: what waits in the dead-letter queue has a reason that a person can do something about. */
function lettersExplained({ changes, crms, deletedByHand, keysSwitchedAt }: Run): string[] {
  const isExplained = (code: string, { account }: CustomerChange) =>
    explained.has(code) ||
    (code === 'FOREIGN_ACCOUNT' && isForeign(account)) ||
    (deletedByHand.size > 0 && explainedByHand.has(code)) ||
    (keysSwitchedAt !== null && explainedBySwitch.has(code))
  const isForeign = (account: string) =>
    crms.some((crm) => crm.isForeign && crm.refOf('').account === account)
  const unexplained = letters().filter(
    ({ failure, change }) => !failure || !isExplained(failure.code, change),
  )
  return [
    ...unexplained.map(
      (it) => `2: ${keyOf(it)} is dead-lettered with ${it.failure?.code}: ${it.failure?.reason}`,
    ),
    ...changes.messages().map(({ id }) => `2: ${id} is still on the queue`),
  ]
}

const outages = /"code":"(KEY_REFUSED|PROVIDER_PAUSED|TABLE_UNAVAILABLE|CLAIM_HELD|SEARCH_MAY_LAG)"/

/** Promise 2: what is no customer's fault, and ends, is waited for. */
function outagesWaitedOut({ written }: Run): string[] {
  const given = written.filter((line) => line.startsWith('error: change dead-lettered') && outages.test(line))
  return given.map((line) => `2: an outage was not waited out: ${line}`)
}

/** The records that letters tell of, and those whose data is left where a survivor's cannot replace it. */
async function keysInLetters(): Promise<Set<string>> {
  const keys = new Set(letters().flatMap(keysOf))
  for (const { failure, change } of letters()) {
    if (failure?.code !== 'OTHER_MODE') continue
    const links = await dynamodbLinks(dynamodbClient() as never, 'links').findLinks(change)
    for (const recordId of links.flatMap((link) => link.absorbed))
      keys.add(recordKey({ ...change, recordId }))
  }
  return keys
}

/** Promises 3 and 4: whatever was accepted has arrived, or something newer has; and what is gone is gone. */
async function newestWins(run: Run): Promise<string[]> {
  const waiting = await keysInLetters()
  const broken: string[] = []
  for (const { crm, id, states } of records(run)) {
    if (crm.isForeign) continue
    if (waiting.has(recordKey(crm.refOf(id)))) continue
    const acceptable = acceptableStates(run, crm, id, states)
    if (acceptable.length === 0) continue
    const links = await linksOf(crm, id)
    const why = acceptable.map((state: RecordState) => disagreement(run, crm, id, state, links))
    const isGone = acceptable.every(({ status }) => status === 'erased' || status === 'merged')
    if (why.every((it) => it !== null)) broken.push(`${isGone ? 4 : 3}: ${crm.name} ${id}: ${why.at(-1)}`)
  }
  return broken
}

/** Promise 4: what is gone stays gone, whatever comes late. */
function nobodyReturns({ workedOff, providers, zombies }: Run): string[] {
  return workedOff.flatMap(({ key, kind, at }) =>
    Object.values(providers).flatMap(({ name, writes }) =>
      writes
        .filter(
          (it) =>
            // An update under way when the record was merged away is made good at the survivor's.
            (it.kind === 'create' || (it.kind === 'update' && kind === 'erased')) &&
            it.crmRecord !== null &&
            keyOfCrmRecord(it.crmRecord) === key &&
            it.sentAt > at &&
            isPersonal(it.fields) &&
            !zombies.has(it.sender),
        )
        .map((it) => `4: ${it.sender} ${it.kind}d ${it.id} at ${name} for ${key}, which was ${kind} before`),
    ),
  )
}

const keyOfCrmRecord = (crmRecord: string) => crmRecord.replace(':', '/')

/** Promise 5: where one thing is sick and everything else well, the others' changes take minutes. */
function isolated(run: Run): string[] {
  const { settings, finished, sickProvider } = run
  if (settings.sick === 'nothing') return []
  const goesTo = providersOf(run)
  const isSick = (key: string) => {
    if (settings.sick === 'a customer') return metTheSick(run, key)
    if (settings.sick === 'a CRM') return key.startsWith('hubspot')
    return goesTo.get(key)?.has(sickProvider) ?? true
  }
  const slow = finished.filter(({ key, seconds }) => seconds > 600 && !isSick(key))
  return slow.map(
    ({ key, seconds }) => `5: ${key} took ${seconds} s although ${settings.sick} alone was sick`,
  )
}

/** The sick customer, and whoever was merged with it. */
function metTheSick(run: Run, key: string): boolean {
  const found = records(run).find(({ crm, id }) => recordKey(crm.refOf(id)) === key)
  const sick = /^(701000000100|cust-1)$/
  const partners = records(run).filter(({ crm }) => crm === found?.crm)
  const met = ({ id, states }: { id: string; states: readonly RecordState[] }) =>
    sick.test(id) ||
    states.some((it) => sick.test(it.into ?? '') || it.mergedIds.some((other) => sick.test(other)))
  return (
    !found ||
    met(found) ||
    partners.some((it) => met(it) && it.states.some(({ status }) => status === 'merged'))
  )
}

/** Where each record was ever to be found, those that it was merged with included. */
function providersOf(run: Run): Map<string, Set<ProviderName | null>> {
  const found = new Map<string, Set<ProviderName | null>>()
  for (const { crm } of records(run)) {
    const all = records(run).filter((it) => it.crm === crm)
    const hasMerges = all.some(({ states }) => states.some(({ status }) => status === 'merged'))
    for (const { id, states } of all) {
      const people = (hasMerges ? all.flatMap((it) => it.states) : states).map(({ person }) => person)
      found.set(recordKey(crm.refOf(id)), new Set(people.map(routeOf)))
    }
  }
  return found
}

/** What another account sends is neither read nor believed: its records may have the ids of ours. */
function strangersKeptOut({ crms, providers }: Run, links: readonly Link[]): string[] {
  const foreign = crms.filter(({ isForeign }) => isForeign).map((crm) => crm.refOf('').account)
  const linked = links.filter(({ ref, provider }) => provider !== null && foreign.includes(ref.account))
  const told = Object.values(providers).flatMap(({ name, writes }) =>
    writes
      .filter(({ crmRecord }) => foreign.some((account) => crmRecord?.split('/')[1] === account))
      .map(({ id }) => `${id} at ${name}`),
  )
  return [
    ...linked.map(({ ref }) => `3: ${ref.recordId} of the foreign account ${ref.account} has a link`),
    ...told.map((what) => `3: ${what} was written to for a foreign account`),
  ]
}

/** What is encrypted shows any letters by chance: once in some ten thousand runs those of a name. */
const sealed = /\bv2\.[\w-]+\.[\w-]+/g

/** Promise 6. */
function silent({ written, table, changes, letters: letterQueue, manualLetters }: Run): string[] {
  const places = {
    'a log line': written,
    'the table': table.scan().map((item) => JSON.stringify(item)),
    'the queue': changes.bodies,
    'a dead letter': [...letterQueue.bodies, ...manualLetters.bodies],
  }
  return Object.entries(places).flatMap(([place, texts]) => {
    const text = texts.find((it) => personal.test(it.replaceAll(sealed, '')))
    return text === undefined ? [] : `6: ${place} holds personal data: ${text.slice(0, 300)}`
  })
}
