import { type RecordRef, recordKey } from '../../lib/core/model/change.ts'
import type { Link } from '../../lib/core/model/link.ts'
import { type CustomerPlace, modes } from '../../lib/core/model/provider.ts'
import type { CustomerLinks } from '../../lib/core/ports/customer-links.ts'
import { providerNames } from '../../lib/providers/registry.ts'

export type FakeLinks = CustomerLinks & {
  readonly items: Map<string, Link>
  /** How often the table was read and written, as billed. */
  readonly calls: { reads: number; writes: number }
  /** Called before each save; may modify what is stored, or throw. */
  beforeSave: (link: Link) => void | Promise<void>
}

const sortKeys = ['record', ...providerNames.flatMap((name) => modes.map((mode) => `${name}#${mode}`))]

/** In-memory links table, which fulfils the same contract as the real one. */
export function fakeLinks(): FakeLinks {
  const items = new Map<string, Link>()
  const calls = { reads: 0, writes: 0 }
  const reservations = new Map<string, RecordRef>()
  const placeOf = ({ provider, mode, id }: CustomerPlace) => `${provider}#${mode}#${id}`
  const keyOf = ({ ref, provider, mode }: Link) =>
    `${recordKey(ref)}|${provider ? `${provider}#${mode}` : 'record'}`
  const fake: FakeLinks = {
    items,
    calls,
    beforeSave: () => {},
    async findLinks(ref) {
      calls.reads += 1
      return sortKeys.flatMap((sortKey) => items.get(`${recordKey(ref)}|${sortKey}`) ?? [])
    },
    async saveLink(link) {
      await fake.beforeSave(link)
      calls.writes += 1
      if ((items.get(keyOf(link))?.revision ?? 0) !== link.revision) return null
      const saved = { ...link, revision: link.revision + 1 }
      items.set(keyOf(link), saved)
      return saved
    },
    async findByProviderCustomer(provider, mode, id) {
      calls.reads += 1
      return [...items.values()].filter(
        (link) => link.provider === provider && link.mode === mode && link.providerCustomerId === id,
      )
    },
    async findReservation(place) {
      calls.reads += 1
      return reservations.get(placeOf(place)) ?? null
    },
    async reserveCustomer(place, ref, instead) {
      calls.writes += 1
      const owner = reservations.get(placeOf(place))
      if ((owner ? recordKey(owner) : null) !== (instead ? recordKey(instead) : null)) return false
      reservations.set(placeOf(place), ref)
      return true
    },
  }
  return fake
}
