import type { RecordGroup } from '../messages/combine-changes.ts'
import type { QueuedChange } from '../messages/queued-change.ts'
import type { CustomerChange } from '../model/change.ts'
import { fingerprint } from '../model/fingerprint.ts'
import { lastReceivedAt, type PreparedRecord } from '../reading/prepare-record.ts'

/**
 * What the dead letters hold: one combined pointer per record, or the messages as they are if they could not be combined. The
 * sealed snapshot is kept only where the record cannot be read from the CRM again.
 */
export function changesToPark({
  messages,
  change,
  ref,
  canFetch,
}: { readonly messages: RecordGroup<QueuedChange> } & Partial<PreparedRecord>): readonly CustomerChange[] {
  if (!change || !ref) return messages.map((message) => message.change)
  const { eventIds, kind, occurredAt, mergedIds, saidDeleted, snapshot } = change
  // The highest round counts: a newer change of the same record must not reset the automatic retries.
  const round = Math.max(...messages.map((message) => message.change.round ?? 0))
  return [
    {
      ...ref,
      v: 1,
      kind,
      eventId: eventIds.length === 1 ? String(eventIds[0]) : fingerprint(eventIds),
      receivedAt: lastReceivedAt(messages),
      ...(occurredAt !== undefined && { occurredAt }),
      ...(mergedIds.length > 0 && { mergedIds: [...mergedIds] }),
      ...(saidDeleted && kind !== 'deleted' && { saidDeleted }),
      ...(round > 0 && { round }),
      ...(snapshot && !canFetch && { sealedSnapshot: snapshot.sealed }),
    },
  ]
}
