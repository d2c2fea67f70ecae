import { isDeepStrictEqual } from 'node:util'
import { recordKey } from '../../lib/core/model/change.ts'
import type { Customer } from '../../lib/core/model/customer.ts'
import { isBareTombstone, type Link } from '../../lib/core/model/link.ts'
import type { Mode, ProviderName } from '../../lib/core/model/provider.ts'
import { toNotchPayPayload } from '../../lib/providers/notchpay/to-payload.ts'
import { toWooshPayPayload } from '../../lib/providers/wooshpay/to-payload.ts'
import type { Crm, RecordState } from './crm.ts'
import type { Person } from './people.ts'
import { at, crmRecordOf, isPersonal, type SimulatedProvider } from './provider-api.ts'
import type { Run } from './run.ts'
import { minute } from './settings.ts'
import type { Acceptance } from './webhooks.ts'

const mappers = { notchpay: toNotchPayPayload, wooshpay: toWooshPayPayload }

/** Why table and providers do not agree with this state of a record; null when they do. */
export function disagreement(
  run: Run,
  crm: Crm,
  id: string,
  state: RecordState,
  links: readonly Link[],
): string | null {
  const ofProviders = links.filter(({ provider }) => provider !== null)
  switch (state.status) {
    case 'deleted':
      return ofProviders.some((link) => link.state === 'linked')
        ? 'deleted, but still linked'
        : policyNotFollowed(run, crm, id, state, ofProviders)
    case 'merged':
      // The CRM shows a record whose survivor is gone as gone.
      return ofProviders.some(
        (link) =>
          link.state !== 'merged' &&
          link.state !== 'erased' &&
          !(link.state === 'closed' && (isGone(crm, id) || isYoung(run, crm, id, state))),
      )
        ? `merged away, but its link is ${ofProviders.map((it) => it.state).join(', ')}`
        : null
    case 'erased':
      return erasure(run, crm, id, links)
    case 'alive':
      return presence(run, crm, id, state, ofProviders)
  }
}

/** What the policy wants done with the customers of a record that the CRM has told to be deleted; only Notch Pay can. */
function policyNotFollowed(
  { providers, settings, acceptances, writtenByZombies }: Run,
  crm: Crm,
  id: string,
  state: RecordState,
  links: readonly Link[],
): string | null {
  const isTold = acceptances.some(
    (it) =>
      it.crm === crm && it.event.kind === 'deleted' && it.event.recordId === id && it.event.state === state,
  )
  const { onDelete } = settings.policies
  if (!isTold || onDelete === 'keep' || mayLookRestored(acceptances, crm, id, state)) return null
  const owned = links.flatMap(({ provider, providerCustomerId }) => {
    const held = provider === 'notchpay' && providers.notchpay.customers.get(providerCustomerId ?? '')
    return held && !writtenByZombies.has(held.id) ? [held] : []
  })
  const left = owned.find(({ fields }) => onDelete === 'delete' || fields['blocked'] !== true)
  return left
    ? `deleted, but ${left.id} is there and not ${onDelete === 'delete' ? 'deleted' : 'blocked'}`
    : null
}

/** Of a deletion and a restoration without times, the one that arrives last counts. */
function mayLookRestored(
  acceptances: readonly Acceptance[],
  crm: Crm,
  id: string,
  state: RecordState,
): boolean {
  if (!crm.vendor || crm.vendor.isTimed('deleted')) return false
  const own = acceptances.filter((it) => it.crm === crm && it.event.recordId === id)
  const deletedAt = Math.max(...own.filter(({ event }) => event.state === state).map(({ at }) => at))
  return own.some(({ event, at }) => event.kind === 'restored' && at >= deletedAt - 10 * minute)
}

/** A replica that lags does not have the record yet when the merge is told of as a deletion. */
function isYoung({ settings }: Run, crm: Crm, id: string, { from }: RecordState): boolean {
  const createdAt = crm.records.get(id)?.[0]?.from ?? from
  return crm.vendor !== null && from - createdAt < settings.readLag
}

function isGone(crm: Crm, id: string): boolean {
  const state = crm.records.get(id)?.at(-1)
  return state?.status === 'merged' && state.into ? isGone(crm, state.into) : state?.status !== 'alive'
}

/** What a survivor took over shows its own data from its next change on, where nobody can be asked for it. */
function isHeldByHeir(table: Run['table'], customerId: string): boolean {
  return table
    .scan()
    .some((item) => item['providerCustomerId']?.S === customerId && item['state']?.S === 'linked')
}

function erasure(
  { providers, writtenByZombies, table }: Run,
  crm: Crm,
  id: string,
  links: readonly Link[],
): string | null {
  const left = links.filter((link) => !isBareTombstone(link))
  if (left.some(({ state }) => state !== 'erased')) {
    return `erased, but its links are ${links.map(({ state }) => state).join(', ')}`
  }
  const wanted = recordKey(crm.refOf(id))
  const holding = Object.values(providers).flatMap(({ customers }) =>
    [...customers.values()].filter(
      ({ id: customerId, fields }) =>
        crmRecordOf(fields)?.replace(':', '/') === wanted &&
        isPersonal(fields) &&
        !writtenByZombies.has(customerId) &&
        !(!crm.canFetch && isHeldByHeir(table, customerId)),
    ),
  )
  return holding.length > 0 ? `erased, but ${holding.map((it) => it.id).join(', ')} holds its data` : null
}

export const routeOf = ({ country }: Person): SimulatedProvider =>
  country === 'CM' ? 'notchpay' : 'wooshpay'

function presence(
  run: Run,
  crm: Crm,
  id: string,
  { person }: RecordState,
  links: readonly Link[],
): string | null {
  const route = routeOf(person)
  const modes = modesOf(run, crm, id)
  const current = links.filter(({ mode }) => modes.includes(mode))
  if (!current.some(({ provider }) => provider === route)) return `has no link at ${route}`
  const byProvider = Map.groupBy(current, ({ provider }) => provider)
  for (const [provider, own] of byProvider) {
    if (!provider) continue
    const counted = own.filter(
      (link) =>
        provider === route ||
        // Nothing came of it, or our key does not reach it, and the customer belongs to another provider by now.
        ((link.providerCustomerId || link.claim) && modes.length === 1),
    )
    const why = counted.map((link) => sameAtProvider(run, crm, id, link, provider, person))
    if (why.length > 0 && why.every((it) => it !== null)) return `${provider}: ${why.at(-1)}`
  }
  return null
}

/** A function goes on with the keys that it read for this long. */
const secretsAge = 6 * minute

/** Customers of the test keys stay as they are once the keys are live; a change that comes about then may be in either. */
function modesOf({ keysSwitchedAt, acceptances, weather }: Run, crm: Crm, id: string): readonly Mode[] {
  if (keysSwitchedAt === null) return ['test']
  const keepsOldKeys = weather.enabled.has('secrets.fails') || weather.enabled.has('secrets.hangs')
  const about = acceptances.filter(({ crm: of, event }) => of === crm && event.recordId === id)
  const age = ({ event }: Acceptance) => crm.records.get(id)?.indexOf(event.state) ?? -1
  // What says nothing new is superseded.
  const newest = Math.max(...about.map(age))
  const isLive =
    !keepsOldKeys && about.some((it) => it.at > keysSwitchedAt + secretsAge && age(it) === newest)
  return isLive ? ['live'] : ['test', 'live']
}

function sameAtProvider(
  { providers, deletedByHand, writtenByZombies }: Run,
  crm: Crm,
  id: string,
  link: Link,
  provider: ProviderName,
  person: Person,
): string | null {
  // What a survivor took over shows its own data from its next change on, where nobody can be asked for it.
  // So does what an operator attached where the record does not belong any more.
  const wasAttached = provider !== routeOf(person) && link.history.some(({ event }) => event === 'attached')
  const waits = !crm.canFetch && (link.absorbed.length > 0 || wasAttached) && link.fingerprint === null
  if (link.state !== 'linked') return waits && link.state === 'closed' ? null : `the link is ${link.state}`
  const customerId = link.providerCustomerId ?? ''
  // Nobody tells us of it; the next change brings the customer back.
  if (deletedByHand.has(customerId)) return null
  // The provider carried it out for somebody whose message had been given to another already.
  if (writtenByZombies.has(customerId)) return null
  if (waits) return null
  const api = at(providers, provider)
  const held = api.customers.get(customerId)
  if (!held) return `${customerId} is not there`
  if (held.fields['blocked'] === true) return `${customerId} is blocked`
  let payload: Readonly<Record<string, unknown>>
  try {
    payload = mapperOf(provider)(customerOf(person), crm.refOf(id), new Set())
  } catch {
    return 'cannot be mapped, and there is no dead letter'
  }
  const shouldBe = api.merge(held.fields, payload)
  if (isDeepStrictEqual({ ...shouldBe }, { ...held.fields })) return null
  const differing = Object.entries(shouldBe).filter(
    ([name, value]) => !isDeepStrictEqual(held.fields[name], value),
  )
  return differing
    .map(
      ([name, value]) =>
        `${customerId} has ${name} ${JSON.stringify(held.fields[name])}, not ${JSON.stringify(value)}`,
    )
    .join(', ')
}

function mapperOf(provider: ProviderName) {
  return provider === 'notchpay' ? mappers.notchpay : mappers.wooshpay
}

function customerOf({ given, family, email, phone, city, country }: Person): Customer {
  return { name: { given, family }, email, phone, address: { city, country } }
}
