import type { LinkHistoryEntry } from '../../lib/core/model/link-history.ts'

export function aHistoryEntry(changes: Partial<LinkHistoryEntry> = {}): LinkHistoryEntry {
  return {
    at: '2026-03-01T08:00:00.000Z',
    event: 'updated',
    eventId: 'e1',
    code: null,
    status: null,
    fields: [],
    tries: 1,
    ...changes,
  }
}
