import * as z from 'zod'
import { numericIdSchema } from '../record-id.ts'

const optionalId = numericIdSchema.nullish()

/**
 * One event of a webhook's array (Webhooks v3 guide). The guide's sample has `eventType` where real events have
 * `subscriptionType`. Only the fields that identify the record must be valid.
 */
export const eventSchema = z.lazy(() =>
  z.object({
    portalId: numericIdSchema,
    objectId: optionalId,
    eventId: z.union([z.string(), z.number()]).nullish().catch(undefined),
    occurredAt: z.union([z.string(), z.number()]).nullish().catch(undefined),
    propertyName: z.string().nullish().catch(undefined),
    primaryObjectId: optionalId,
    mergedObjectIds: z.array(numericIdSchema).nullish(),
    newObjectId: optionalId,
    fromObjectId: optionalId,
  }),
)
export type HubspotEvent = z.infer<typeof eventSchema>

/** The fields that decide whether an event is followed. */
export const eventHeadSchema = z.lazy(() =>
  z.object({
    subscriptionType: z.string().optional().catch(undefined),
    eventType: z.string().optional().catch(undefined),
    objectTypeId: z.string().optional().catch(undefined),
    fromObjectTypeId: z.string().optional().catch(undefined),
  }),
)

/** The response of `GET /account-info/v3/details`. */
export const accountSchema = z.lazy(() => z.object({ portalId: numericIdSchema }))

/** A record of `/crm/v3/objects/…`. Properties are strings or null; numbers and booleans are accepted too. */
export const recordSchema = z.lazy(() =>
  z.object({
    id: numericIdSchema,
    properties: z.record(
      z.string(),
      z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]),
    ),
    updatedAt: z.string().nullish().catch(undefined),
    archived: z.boolean().nullish().catch(undefined),
  }),
)
export type HubspotRecord = z.infer<typeof recordSchema>

/** The response of an update, of which only the id is used. */
export const idSchema = z.lazy(() => z.object({ id: numericIdSchema }))

/** The response of `search`, of which only the ids are used. `paging` is absent on the last page. */
export const searchSchema = z.lazy(() =>
  z.object({
    results: z.array(z.object({ id: numericIdSchema })),
    /** Of all pages of the search. */
    total: z.int().nonnegative().optional().catch(undefined),
    paging: z.object({ next: z.object({ after: z.unknown() }).nullish() }).nullish(),
  }),
)

/** The response of `batch/read`. Ids that were not found are missing from `results`. Each record is parsed separately. */
export const batchSchema = z.lazy(() => z.object({ results: z.array(z.unknown()) }))
