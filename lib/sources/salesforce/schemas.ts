import * as z from 'zod'
import { salesforceIdSchema } from './record-id.ts'

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined)
const time = optional(z.union([z.string(), z.number()]))

/**
 * `ChangeEventHeader` of Change Data Capture. `commitNumber` is left out on purpose: it exceeds 2^53, so it is not exact once
 * it has been parsed as JSON. An id can be a wildcard such as `001*`.
 */
const headerSchema = z.lazy(() =>
  z.object({
    entityName: z.string(),
    changeType: z.string(),
    recordIds: z.array(z.union([salesforceIdSchema, z.string().regex(/^[A-Za-z0-9]*\*$/)])),
    transactionKey: optional(z.string().min(1)),
    sequenceNumber: optional(z.union([z.string(), z.number()])),
    commitTimestamp: time,
    /** Of an UPDATE: the names of the fields that changed. */
    changedFields: optional(z.array(z.string())),
  }),
)

/** A change event. Its other fields are those of the record that changed. */
export const changeEventSchema = z.lazy(() =>
  z.object({ ChangeEventHeader: headerSchema, LastModifiedDate: time }),
)

/**
 * What EventBridge delivers: from Event Relay with the change event in `detail.payload`, from AppFlow with the change event as
 * `detail`. Which other members Event Relay puts beside `payload` is not documented.
 */
export const envelopeSchema = z.lazy(() =>
  z.object({
    id: optional(z.string().min(1)),
    source: z.string(),
    time,
    detail: z.looseObject({ payload: z.unknown().optional() }),
  }),
)

/** The answer of the token endpoint. It names no lifetime. */
export const tokenSchema = z.lazy(() => z.object({ access_token: z.string().min(1) }))
export const tokenErrorSchema = z.lazy(() => z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) }))

/** The body of an error: a list of messages, of which only the code is used. */
export const errorsSchema = z.lazy(() => z.array(z.object({ errorCode: z.string() })).min(1))

export const recordSchema = z.lazy(() =>
  z.looseObject({
    Id: salesforceIdSchema,
    IsDeleted: optional(z.boolean()),
    MasterRecordId: optional(salesforceIdSchema),
    IsPersonAccount: optional(z.boolean()),
    SystemModstamp: z.unknown(),
  }),
)
export type SalesforceRecord = z.infer<typeof recordSchema>

/** A page of the rows of a query. */
export const rowsSchema = z.lazy(() =>
  z.object({
    records: z.array(z.looseObject({ Id: salesforceIdSchema })),
    done: z.boolean(),
    nextRecordsUrl: z
      .string()
      .regex(/^\/services\/data\/v[\d.]+\/[\w/-]+$/)
      .nullish(),
  }),
)
