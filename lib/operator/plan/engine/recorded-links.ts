import { type RecordRef, recordKey } from '../../../core/model/change.ts'
import type { Link } from '../../../core/model/link.ts'
import type { CustomerPlace } from '../../../core/model/provider.ts'
import type { CustomerLinks } from '../../../core/ports/customer-links.ts'

/** The part of the table that only reads. */
export type LinksReader = Pick<CustomerLinks, 'findLinks' | 'findByProviderCustomer' | 'findReservation'>

/** A link as the table has it, and as a sync would save it. */
export type LinkChange = { readonly before: Link | null; readonly after: Link }

export type RecordedLinks = CustomerLinks & {
  /** Every link that would be saved, except those that were discarded. */
  changes(): readonly LinkChange[]
  /** Forgets what would be saved for this record, so that it can be planned again. */
  discard(ref: RecordRef): void
  /** Throws the first failure of the table. Without the table, nothing can be planned. */
  throwFailure(): void
}

type Book = Map<string, Link>

const itemKey = ({ provider, mode }: Link) => (provider === null ? 'record' : `${provider}#${mode}`)
const placeKey = ({ provider, mode, id }: CustomerPlace) => `${provider}#${mode}#${id}`

/** The table of links, with everything that would be saved kept in memory and visible to later reads. */
export function recordedLinks(table: LinksReader): RecordedLinks {
  const stored = new Map<string, Book>()
  const saved = new Map<string, Book>()
  const reservations = new Map<string, RecordRef>()
  const failures: unknown[] = []
  const read = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (error) {
      failures.push(error)
      throw error
    }
  }
  const current = (link: Link): Link => saved.get(recordKey(link.ref))?.get(itemKey(link)) ?? link
  const allSaved = () => [...saved.values()].flatMap((book) => [...book.values()])
  const findReservation = async (place: CustomerPlace) =>
    reservations.get(placeKey(place)) ?? (await read(table.findReservation(place)))

  return {
    async findLinks(ref) {
      const key = recordKey(ref)
      const items = await read(table.findLinks(ref))
      stored.set(key, new Map(items.map((link) => [itemKey(link), link])))
      const book = new Map([...(stored.get(key) ?? []), ...(saved.get(key) ?? [])])
      return [...book.values()]
    },
    async saveLink(link) {
      const [key, item] = [recordKey(link.ref), itemKey(link)]
      const book: Book = saved.get(key) ?? new Map()
      const known = book.get(item) ?? stored.get(key)?.get(item)
      if (known && known.revision !== link.revision) return null
      const next = { ...link, revision: link.revision + 1 }
      saved.set(key, book.set(item, next))
      return next
    },
    async findByProviderCustomer(provider, mode, id) {
      const found = (await read(table.findByProviderCustomer(provider, mode, id))).map(current)
      const fits = (link: Link) =>
        link.provider === provider && link.mode === mode && link.providerCustomerId === id
      return [...new Set([...found, ...allSaved()])].filter(fits)
    },
    findReservation,
    async reserveCustomer(place, ref, instead) {
      const stored = await findReservation(place)
      // Another record of the plan may have reserved it meanwhile.
      const owner = reservations.get(placeKey(place)) ?? stored
      const keyOf = (it: RecordRef | null) => it && recordKey(it)
      if (keyOf(owner) !== keyOf(instead)) return false
      reservations.set(placeKey(place), ref)
      return true
    },
    changes: () =>
      allSaved().map((after) => ({
        before: stored.get(recordKey(after.ref))?.get(itemKey(after)) ?? null,
        after,
      })),
    discard(ref) {
      saved.delete(recordKey(ref))
      for (const [place, owner] of reservations) {
        if (recordKey(owner) === recordKey(ref)) reservations.delete(place)
      }
    },
    throwFailure() {
      if (failures.length > 0) throw failures[0]
    },
  }
}
