import type { RecordRef } from './change.ts'
import { laterTime } from './crm-time.ts'
import { type Link, newLink } from './link.ts'
import type { Mode, ProviderName } from './provider.ts'

/** All items of one record in the table: its links, and its own line if it has one. */
export type RecordBook = {
  readonly links: readonly Link[]
  readonly line: Link | null
}

export function toBook(items: readonly Link[]): RecordBook {
  return {
    links: items.filter(({ provider }) => provider !== null),
    line: items.find(({ provider }) => provider === null) ?? null,
  }
}

/** The latest CRM time that a link of the record has reached. */
export function reachedVersion({ links, line }: RecordBook): string | null {
  return [...links, ...(line ? [line] : [])].reduce<string | null>(
    (reached, { crmVersion }) => laterTime(reached, crmVersion),
    null,
  )
}

/** Late events must not change an erased record. */
export function isErased({ links, line }: RecordBook): boolean {
  return line?.state === 'erased' || links.some(({ state }) => state === 'erased')
}

/** Taken over in a merge from a deleted record. The survivor exists, and its data will open the link. */
export function awaitsSurvivor({ state, lastOutcome }: Link): boolean {
  return state === 'closed' && lastOutcome === 'adopted'
}

/** A record that the CRM deleted and that has not been opened again. */
export function isClosed({ links, line }: RecordBook): boolean {
  const own = links.filter((link) => !awaitsSurvivor(link))
  // A line that only counts failures does not matter.
  const states = [...own.map(({ state }) => state), ...(line?.state === 'closed' ? [line.state] : [])]
  return states.includes('closed') && !states.some((state) => state === 'linked' || state === 'creating')
}

/** The CRM has sent a deletion event, and the deletion policy has been applied at the provider. */
export function isConfirmed({ state, lastOutcome }: Link): boolean {
  return state === 'closed' && lastOutcome === 'closed'
}

/**
 * True when a link or the line was confirmed before. It then applies to customers taken over since, too. The line stays as it is
 * when the record is restored, and says nothing from then on.
 */
export function wasConfirmed(book: RecordBook): boolean {
  const { links, line } = book
  return links.some(isConfirmed) || (line !== null && isConfirmed(line) && isClosed(book))
}

/** The record that this one was merged into, or null. */
export function mergedInto({ links, line }: RecordBook): string | null {
  return [...(line ? [line] : []), ...links].find(({ state }) => state === 'merged')?.mergedInto ?? null
}

export function linkOf(
  book: RecordBook,
  ref: RecordRef,
  provider: { readonly name: ProviderName; readonly mode: Mode },
): Link {
  const found = book.links.find((link) => link.provider === provider.name && link.mode === provider.mode)
  return found ?? newLink(ref, provider.name, provider.mode)
}

/** The record's own line, or a new one. Its mode has no meaning. */
export function lineOf(book: RecordBook, ref: RecordRef): Link {
  return book.line ?? newLink(ref, null, 'live')
}

/** The own line of a deleted record, which keeps the time of the deletion when its links change. */
export function closedLine(book: RecordBook, ref: RecordRef): Link {
  const lastOutcome = wasConfirmed(book) ? 'closed' : null
  return {
    ...lineOf(book, ref),
    state: 'closed',
    crmVersion: reachedVersion(book),
    lastOutcome,
    failure: null,
  }
}
