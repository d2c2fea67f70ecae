import type { RecordRef } from './change.ts'
import { laterTime } from './crm-time.ts'
import { type Link, newLink } from './link.ts'
import type { Mode, ProviderName } from './provider.ts'

/** What the table says of one record: its links, and its own line where it has one. */
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

/** The CRM's time that any link of the record has reached. */
export function reachedVersion({ links, line }: RecordBook): string | null {
  return [...links, ...(line ? [line] : [])].reduce<string | null>(
    (reached, { crmVersion }) => laterTime(reached, crmVersion),
    null,
  )
}

/** An erased record is never touched again by a late event. */
export function isErased({ links, line }: RecordBook): boolean {
  return line?.state === 'erased' || links.some(({ state }) => state === 'erased')
}

/** Taken over by a merge from a record that was deleted: the survivor lives, and its data opens the link. */
export function awaitsSurvivor({ state, lastOutcome }: Link): boolean {
  return state === 'closed' && lastOutcome === 'adopted'
}

/** A record that the CRM deleted, and that nothing has opened again. */
export function isClosed({ links, line }: RecordBook): boolean {
  const telling = links.filter((link) => !awaitsSurvivor(link))
  // A line that is merely there to count failures says nothing.
  const states = [...telling.map(({ state }) => state), ...(line?.state === 'closed' ? [line.state] : [])]
  return states.includes('closed') && !states.some((state) => state === 'linked' || state === 'creating')
}

/** The CRM has said that the record is deleted, and what is to be done about that at the provider has been done. */
export function isConfirmed({ state, lastOutcome }: Link): boolean {
  return state === 'closed' && lastOutcome === 'closed'
}

/** Of a link or line that was there before: a customer that was taken over since shares its fate. */
export function wasConfirmed({ links, line }: RecordBook): boolean {
  return links.some(isConfirmed) || (line !== null && isConfirmed(line))
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

/** The record's own line, made when it is first needed. Its mode means nothing. */
export function lineOf(book: RecordBook, ref: RecordRef): Link {
  return book.line ?? newLink(ref, null, 'live')
}
