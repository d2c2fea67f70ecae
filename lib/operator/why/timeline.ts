import type { ProviderName } from '../../core/model/provider.ts'

/** What happened to a change or a link. */
export type TimelineEvent =
  | 'received'
  | 'synced'
  | 'failed'
  | 'dead-lettered'
  | 'redriven'
  | 'attached'
  | 'forgotten'
  | 'merged'
  | 'closed'
  | 'erased'
  | 'not-routed'

/** One line of a record's timeline. Absent values are null; `fields` are names, never values. */
export type TimelineEntry = {
  /** ISO 8601; of failed tries in a row, the first one. */
  readonly at: string
  readonly event: TimelineEvent
  readonly eventId: string | null
  readonly provider: ProviderName | null
  readonly providerCustomerId: string | null
  readonly outcome: string | null
  readonly code: string | null
  readonly reason: string | null
  readonly fields: readonly string[]
  /** How often the change was tried. */
  readonly attempts: number | null
  /** The HTTP status that the provider or CRM answered with. */
  readonly status: number | null
  /** From receiving the webhook to this outcome, in milliseconds. */
  readonly latencyMs: number | null
  /** The last of failed tries in a row; null for a single one. */
  readonly lastAt: string | null
  /** The requests of the functions, as their logs name them. */
  readonly requestId: string | null
}

export const emptyEntry: Omit<TimelineEntry, 'at' | 'event'> = {
  eventId: null,
  provider: null,
  providerCustomerId: null,
  outcome: null,
  code: null,
  reason: null,
  fields: [],
  attempts: null,
  status: null,
  latencyMs: null,
  lastAt: null,
  requestId: null,
}

/** Sorted by time. Failures of one event in a row with the same code are one entry. */
export function inOrder(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const sorted = entries.toSorted((a, b) => a.at.localeCompare(b.at))
  return sorted.reduce<TimelineEntry[]>((done, entry) => {
    const last = done.at(-1)
    if (last && isRepeat(last, entry)) done[done.length - 1] = joined(last, entry)
    else done.push(entry)
    return done
  }, [])
}

function isRepeat(a: TimelineEntry, b: TimelineEntry): boolean {
  return (
    a.event === 'failed' &&
    b.event === 'failed' &&
    a.code === b.code &&
    a.provider === b.provider &&
    a.eventId === b.eventId
  )
}

function joined(first: TimelineEntry, next: TimelineEntry): TimelineEntry {
  return {
    ...first,
    attempts: next.attempts ?? first.attempts,
    reason: next.reason,
    lastAt: next.lastAt ?? next.at,
  }
}
