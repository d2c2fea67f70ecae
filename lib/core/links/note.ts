import type { Link } from '../model/link.ts'
import { type LinkEvent, withEntry } from '../model/link-history.ts'
import { isPlainEventId } from '../model/plain-id.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

type Note = {
  readonly event: LinkEvent
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly fields?: readonly string[]
}

/** The link with one more entry in its history, to be saved with the link. */
export function noted(
  link: Link,
  { event, code, status, fields = [] }: Note,
  { clock, trigger }: Pick<SyncDeps, 'clock' | 'trigger'>,
): Link {
  const entry = {
    at: `${clock.now().toISOString().slice(0, 19)}.000Z`,
    event,
    // Kept with the link, also after an erasure.
    eventId: trigger && isPlainEventId(trigger.eventId) ? trigger.eventId : null,
    code: code ?? null,
    status: status ?? null,
    fields,
    tries: trigger?.tries ?? 1,
  }
  return { ...link, history: withEntry(link.history, entry) }
}
