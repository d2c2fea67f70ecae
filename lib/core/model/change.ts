import * as z from 'zod'
import { customerSchema } from './customer.ts'
import { fingerprint } from './fingerprint.ts'

declare const sourceName: unique symbol
/**
 * A CRM by the name it has in the webhook's path. The core knows no CRM: the sources that exist are listed in
 * lib/sources/index.ts.
 */
export type SourceName = string & { readonly [sourceName]?: never }
const sourceNameSchema: z.ZodType<SourceName> = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)

export const recordTypes = ['contact', 'company', 'lead'] as const
export type RecordType = (typeof recordTypes)[number]

/**
 * Identifies a CRM record. `account` is the CRM's own account id (portal, company, organization), or `default` where the CRM
 * has none. Both ids are strings, whatever the CRM sends.
 */
export const recordRefSchema = z.object({
  source: sourceNameSchema,
  account: z.string().min(1).max(256),
  recordType: z.enum(recordTypes),
  recordId: z.string().min(1).max(256),
})
export type RecordRef = z.infer<typeof recordRefSchema>

/**
 * What happened to the record. Its current state is read when the change is processed. `related`: the id is not that of
 * a customer's record but of a related one; the source says which customers that concerns (`expand`). Such an id must not be that
 * of any customer's record.
 */
export const changeKinds = ['changed', 'restored', 'deleted', 'merged', 'erased', 'related'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** A complete record that a webhook contained, and the CRM's own time of that state. */
export const snapshotSchema = z.object({
  customer: customerSchema,
  version: z.iso.datetime(),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/**
 * A pointer: this record may have changed. Times are the CRM's, ISO 8601 in UTC. `mergedIds` are the records that were merged
 * into this one, at most `maxMergedIds`.
 *
 * `eventId` (at most `maxEventIdLength` characters) becomes the queue's deduplication id: of two changes with the same id
 * within five minutes, the second is dropped. It must therefore be the same when the CRM sends an event again, and differ
 * between any two events. It is made of the event's own id or exact time, never of a hash of the body, because the bodies of
 * two events can be equal. Where the CRM sends neither, it is unique for the delivery.
 */
export type RecordChange = RecordRef & {
  readonly kind: ChangeKind
  readonly eventId: string
  readonly occurredAt?: string | undefined
  readonly mergedIds?: readonly string[] | undefined
  readonly snapshot?: Snapshot | undefined
}

/** A record that a change of a related record concerns. `kind` is what happened to it, where the event says so; default `changed`. */
export type ConcernedRecord = RecordRef &
  Pick<RecordChange, 'mergedIds'> & { readonly kind?: Exclude<ChangeKind, 'related'> | undefined }

/** The body of a message on the queue of changes. The snapshot is sealed, so that it holds no readable personal data. */
export const customerChangeSchema = recordRefSchema.extend({
  v: z.literal(1),
  kind: z.enum(changeKinds),
  eventId: z.string().min(1),
  receivedAt: z.iso.datetime(),
  occurredAt: z.iso.datetime().optional(),
  mergedIds: z.array(z.string().min(1)).optional(),
  /** The CRM sent a deletion event, and a later event of another kind. */
  saidDeleted: z.boolean().optional(),
  sealedSnapshot: z.string().optional(),
  /** How often this change has been redriven from the dead-letter queue. */
  round: z.int().nonnegative().optional(),
  /** Queued because a walk found the record in the CRM's list, not because of a webhook. */
  listed: z.boolean().optional(),
})
export type CustomerChange = z.infer<typeof customerChangeSchema>

/**
 * The body of a message on the queue of listed records: records of one account and type that a walk found in the CRM's list, or
 * missing there. They are read together, in as few calls as the CRM allows.
 */
export const listedPageSchema = recordRefSchema.omit({ recordId: true }).extend({
  v: z.literal(1),
  kind: z.literal('listed'),
  walkId: z.string().min(1),
  recordIds: z.array(recordRefSchema.shape.recordId).min(1),
  receivedAt: z.iso.datetime(),
})
export type ListedPage = z.infer<typeof listedPageSchema>

export const maxEventIdLength = 256
export const maxMergedIds = 1_000

/** The text as an event id: hashed if it is too long. */
export function toEventId(text: string): string {
  const id = text.toWellFormed()
  return id.length <= maxEventIdLength ? id : fingerprint(id)
}

/** Splits a change with more than `maxMergedIds` merged records into parts, each with its own event id. */
export function inParts<C extends Pick<RecordChange, 'eventId' | 'mergedIds'>>(change: C): C[] {
  const { mergedIds = [], eventId } = change
  if (mergedIds.length <= maxMergedIds) return [change]
  return Array.from({ length: Math.ceil(mergedIds.length / maxMergedIds) }, (_, index) => ({
    ...change,
    eventId: toEventId(`${eventId}#${index}`),
    mergedIds: mergedIds.slice(index * maxMergedIds, (index + 1) * maxMergedIds),
  }))
}

/** One string per record, of which the message group and the table's partition key are made. Never throws. */
export function recordKey(ref: RecordRef): string {
  return [ref.source, ref.account, ref.recordType, ref.recordId]
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
}

/** The reference without the object's other fields. */
export function refOf({ source, account, recordType, recordId }: RecordRef): RecordRef {
  return { source, account, recordType, recordId }
}
