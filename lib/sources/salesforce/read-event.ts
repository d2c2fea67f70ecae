import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { WriteBack } from '../../core/config/write-back.ts'
import { type ChangeKind, type RecordChange, type RecordType, toEventId } from '../../core/model/change.ts'
import type { ReadChanges } from '../../core/ports/crm-source.ts'
import { badFormat, badShape } from '../bad-format.ts'
import { toIsoTime } from '../iso-time.ts'
import { isOwnChange } from '../write-back.ts'
import { recordTypeOf } from './object-names.ts'
import { toLongId } from './record-id.ts'
import { changeEventSchema, envelopeSchema } from './schemas.ts'
import { checkConfigured } from './signature.ts'

/** `GAP_…` has no fields, because the change was too large or came about otherwise; what it was is read back all the same. */
const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['CREATE', 'changed'],
  ['UPDATE', 'changed'],
  ['DELETE', 'deleted'],
  ['UNDELETE', 'restored'],
  ['GAP_CREATE', 'changed'],
  ['GAP_UPDATE', 'changed'],
  ['GAP_DELETE', 'deleted'],
  ['GAP_UNDELETE', 'restored'],
  // More than 100,000 changes in one transaction: the others are in no event.
  ['GAP_OVERFLOW', 'changed'],
])

const nothing = { changes: [], unknownFields: [] } as const

/**
 * The changes in an event of Change Data Capture that arrived by EventBridge (Change Data Capture Developer Guide): one for
 * each id, since the same change of several records is one event. An UPDATE has the changed fields only, so every record is
 * read from the API. Events of other organizations are ignored, and so are our own writes. Throws WebhookRejected: 400 when it is no change event, 401
 * when no organization is configured.
 */
export function readSalesforceEvent(
  event: unknown,
  organizations: readonly string[],
  writeBack?: WriteBack,
): ReadChanges {
  checkConfigured(organizations)
  const envelope = parsed(envelopeSchema.safeParse(event))
  const account = organizationOf(envelope.source, organizations)
  if (!account) return { ...nothing, ignored: 1 }
  const { ChangeEventHeader: header, LastModifiedDate: changedAt } = parsed(
    changeEventSchema.safeParse(envelope.detail.payload ?? envelope.detail),
  )
  const recordType = recordTypeOf(header.entityName)
  const kind = kinds.get(header.changeType)
  if (!recordType || !kind || isOwnWrite(header, recordType, writeBack)) return { ...nothing, ignored: 1 }
  const committedAt = toIsoTime(header.commitTimestamp)
  const ids = header.recordIds.filter((id) => !id.endsWith('*'))
  const changes = ids.map(
    (recordId): RecordChange => ({
      source: 'salesforce',
      account,
      recordType,
      recordId,
      kind,
      eventId: toEventId(eventIdOf(header, recordId, envelope.id)),
      // The commit of a long transaction is later than the time that its records get.
      occurredAt: (kind === 'changed' ? toIsoTime(changedAt) : undefined) ?? committedAt,
    }),
  )
  const isComplete = header.changeType !== 'GAP_OVERFLOW' && ids.length === header.recordIds.length
  const missed = { since: committedAt ?? toIsoTime(envelope.time) ?? null }
  return { ...nothing, changes, ignored: 0, ...(!isComplete && { missed }) }
}

type Header = z.infer<typeof changeEventSchema>['ChangeEventHeader']

/** They change with every write. */
const written = new Set(['LastModifiedDate', 'LastModifiedById'])

/**
 * Whether nothing else changed than fields that we write ids into. `changeOrigin` does not tell: a flow or a trigger may have
 * changed other fields in the same transaction.
 */
function isOwnWrite(
  { changeType, changedFields }: Header,
  recordType: RecordType,
  writeBack: WriteBack | undefined,
): boolean {
  const names = (changedFields ?? []).filter((name) => !written.has(name))
  return changeType === 'UPDATE' && isOwnChange(names, writeBack, recordType)
}

/** Events are replayed for up to three days with the same transaction and number. */
function eventIdOf({ transactionKey, sequenceNumber }: Header, recordId: string, delivery: unknown): string {
  const transaction = transactionKey && sequenceNumber != null && `${transactionKey}:${sequenceNumber}`
  return `${transaction || delivery || randomUUID()}:${recordId}`
}

/**
 * The configured organization that the event comes from; undefined for another one. Event Relay's source is
 * `aws.partner/salesforce.com/<organization>/<channel>`. AppFlow's does not contain it, so its events belong to the only one
 * that is configured.
 */
function organizationOf(source: string, organizations: readonly string[]): string | undefined {
  const known = organizations.filter((id) => id.trim() !== '').map((id) => toLongId(id.trim()))
  const relayed = /^aws\.partner\/salesforce\.com\/(\w+)\//.exec(source)?.[1]
  if (relayed) return known.find((id) => id === toLongId(relayed))
  if (!/^aws\.partner\/appflow[^/]*\/salesforce\.com\//.test(source)) {
    throw badFormat('source', 'expected an event of Salesforce')
  }
  const [only, ...others] = known
  if (others.length === 0) return only
  throw badFormat('source', 'AppFlow does not tell the organization, and several are configured')
}

function parsed<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data
  throw badShape(result.error, 'the event')
}
