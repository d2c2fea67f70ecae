import { isDeepStrictEqual } from 'node:util'
import { recordKey } from '../../lib/core/change.ts'
import { type Customer, fullName } from '../../lib/core/customer.ts'
import type { Link } from '../../lib/core/link.ts'
import type { ProviderName } from '../../lib/core/ports.ts'
import { toNotchPayPayload } from '../../lib/providers/notchpay/to-payload.ts'
import { toWooshPayPayload } from '../../lib/providers/wooshpay/to-payload.ts'
import type { Crm, RecordState } from './crm.ts'
import type { Person } from './people.ts'
import { crmRecordOf, isPersonal } from './provider-api.ts'
import type { Run } from './run.ts'

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
      return ofProviders.some((link) => link.state === 'linked') ? 'deleted, but still linked' : null
    case 'merged':
      // The CRM shows a record whose survivor is gone as gone.
      return ofProviders.some(
        (link) =>
          link.state !== 'merged' && link.state !== 'erased' && !(link.state === 'closed' && isGone(crm, id)),
      )
        ? `merged away, but its link is ${ofProviders.map((it) => it.state).join(', ')}`
        : null
    case 'erased':
      return erasure(run, crm, id, links)
    case 'alive':
      return presence(run, crm, id, state, ofProviders)
  }
}

function isGone(crm: Crm, id: string): boolean {
  const state = crm.records.get(id)?.at(-1)
  return state?.status === 'merged' && state.into ? isGone(crm, state.into) : state?.status !== 'alive'
}

function erasure(
  { providers, writtenByZombies }: Run,
  crm: Crm,
  id: string,
  links: readonly Link[],
): string | null {
  if (links.some(({ state }) => state !== 'erased')) {
    return `erased, but its links are ${links.map(({ state }) => state).join(', ')}`
  }
  const wanted = recordKey(crm.refOf(id))
  const left = Object.values(providers).flatMap(({ customers }) =>
    [...customers.values()].filter(
      ({ id: customerId, fields }) =>
        crmRecordOf(fields)?.replace(':', '/') === wanted &&
        isPersonal(fields) &&
        !writtenByZombies.has(customerId),
    ),
  )
  return left.length > 0 ? `erased, but ${left.map((it) => it.id).join(', ')} holds its data` : null
}

export const routeOf = ({ country }: Person): ProviderName => (country === 'CM' ? 'notchpay' : 'wooshpay')

function presence(
  run: Run,
  crm: Crm,
  id: string,
  { person }: RecordState,
  links: readonly Link[],
): string | null {
  const route = routeOf(person)
  if (!links.some(({ provider }) => provider === route)) return `has no link at ${route}`
  for (const link of links) {
    if (!link.provider) continue
    // Nothing came of it, and the customer belongs to another provider by now.
    if (link.provider !== route && !link.providerCustomerId && !link.claim) continue
    const why = sameAtProvider(run, crm, id, link, link.provider, person)
    if (why) return `${link.provider}: ${why}`
  }
  return null
}

function sameAtProvider(
  { providers, deletedByHand, writtenByZombies }: Run,
  crm: Crm,
  id: string,
  link: Link,
  provider: ProviderName,
  person: Person,
): string | null {
  if (link.state !== 'linked') return `the link is ${link.state}`
  const customerId = link.providerCustomerId ?? ''
  // Nobody tells us of it; the next change brings the customer back.
  if (deletedByHand.has(customerId)) return null
  // The provider carried it out for somebody whose message had been given to another already.
  if (writtenByZombies.has(customerId)) return null
  // What a survivor took over shows its own data from its next change on, where nobody can be asked for it.
  if (!crm.canFetch && link.absorbed.length > 0 && link.fingerprint === null) return null
  const api = providers[provider]
  const held = api.customers.get(customerId)
  if (!held) return `${customerId} is not there`
  let payload: Readonly<Record<string, unknown>>
  try {
    payload = mappers[provider](customerOf(person), crm.refOf(id), new Set())
  } catch {
    return 'cannot be mapped, and there is no dead letter'
  }
  const shouldBe = api.merge(held.fields, payload)
  if (isDeepStrictEqual({ ...shouldBe }, { ...held.fields })) return null
  return `${customerId} is ${held.fields['name']}, not ${fullName(customerOf(person))}`
}

function customerOf({ given, family, email, phone, city, country }: Person): Customer {
  return { name: { given, family }, email, phone, address: { city, country } }
}
