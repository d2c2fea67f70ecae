import type { Outcome } from './link.ts'

/** What happened to a link. The last three are not outcomes of a change. */
export const linkEvents = [
  'created',
  'adopted',
  'updated',
  'unchanged',
  'superseded',
  'closed',
  'erased',
  'failed',
  'not-routed',
  'attached',
  'forgotten',
  'merged',
] as const
export type LinkEvent = (typeof linkEvents)[number]

/** One entry of a link's history. It holds no personal data: `fields` are names, never values. */
export type LinkHistoryEntry = {
  /** ISO 8601, to the second. */
  readonly at: string
  readonly event: LinkEvent
  /** The event of the CRM that caused it; null when an operator did, or when it is no longer known. */
  readonly eventId: string | null
  readonly code: string | null
  /** The HTTP status that the provider or CRM answered with, of a failure. */
  readonly status: number | null
  /** Names of the fields that changed at the provider. */
  readonly fields: readonly string[]
  /** How often the change was tried, this time included. */
  readonly tries: number
}

export type LinkHistory = readonly LinkHistoryEntry[]

/** How many entries a link keeps. */
export const historyLength = 8

/** The history with one more entry. Failures of the same kind in a row are one entry, so that they do not push out the rest. */
export function withEntry(history: LinkHistory, entry: LinkHistoryEntry): LinkHistory {
  const last = history.at(-1)
  const repeats =
    last?.event === 'failed' &&
    entry.event === 'failed' &&
    last.code === entry.code &&
    isSameEvent(last, entry)
  return [...(repeats ? history.slice(0, -1) : history), entry].slice(-historyLength)
}

function isSameEvent(a: LinkHistoryEntry, b: LinkHistoryEntry): boolean {
  return a.eventId === b.eventId
}

/** The history of several links as one. */
export function mergeHistories(histories: readonly LinkHistory[]): LinkHistory {
  return histories
    .flat()
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(-historyLength)
}

// Every outcome of a change is an event of a link.
true satisfies Outcome extends LinkEvent ? true : false
