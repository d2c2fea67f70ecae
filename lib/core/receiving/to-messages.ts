import { combineChanges, groupByRecord, type RecordGroup } from '../messages/combine-changes.ts'
import { sealSnapshot } from '../messages/sealed-snapshot.ts'
import { withBelievableTimes } from '../model/believable-times.ts'
import { type CustomerChange, inParts, type RecordChange, refOf, type Snapshot } from '../model/change.ts'
import { Misconfigured } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { CrmSource } from '../ports/crm-source.ts'
import type { Log, LogFields } from '../ports/observers.ts'
import type { Sealer } from '../ports/sealer.ts'

type Deps = { readonly sealer: Sealer; readonly log: Log }

/** Combines the changes of one request into one message per record, or several where too many records were merged into it. */
export async function toMessages(
  changes: readonly RecordChange[],
  source: CrmSource,
  receivedAt: Date,
  deps: Deps,
): Promise<CustomerChange[]> {
  const time = receivedAt.toISOString()
  const believable = changes.map((change) => withBelievableTimes(change, time))
  const groups = groupByRecord(believable, (change) => change)
  const messages = await Promise.all(groups.map((group) => toMessage(group, source, time, deps)))
  return messages.flatMap((message) => inParts(message))
}

async function toMessage(
  group: RecordGroup<RecordChange>,
  source: CrmSource,
  receivedAt: string,
  deps: Deps,
): Promise<CustomerChange> {
  const { eventIds, snapshot, isWhole, occurredAt, mergedIds, saidDeleted, ...change } =
    combineChanges<Snapshot>(group)
  const isKept = snapshot && (isWhole || !source.fetchCustomers)
  const sealedSnapshot = isKept && (await sealed(snapshot, source, { ...refOf(change), eventIds }, deps))
  return {
    ...change,
    v: 1,
    eventId: eventIds.length === 1 ? String(eventIds[0]) : fingerprint(eventIds.toSorted()),
    receivedAt,
    ...(occurredAt !== undefined && { occurredAt }),
    ...(mergedIds.length > 0 && { mergedIds: [...mergedIds] }),
    ...(saidDeleted && change.kind !== 'deleted' && { saidDeleted }),
    ...(sealedSnapshot && { sealedSnapshot }),
  }
}

/** Without a key to seal with, the snapshot is dropped where the record can be read from the CRM; elsewhere this throws. */
async function sealed(
  snapshot: Snapshot,
  source: CrmSource,
  fields: LogFields,
  { sealer, log }: Deps,
): Promise<string | undefined> {
  try {
    return await sealSnapshot(snapshot, sealer)
  } catch (error) {
    if (!source.fetchCustomers || !(error instanceof Misconfigured)) throw error
    log.error('snapshot dropped, the record will be read from the CRM', {
      ...fields,
      code: error.code,
      reason: error.message,
    })
    return undefined
  }
}
