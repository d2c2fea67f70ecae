import * as z from 'zod'
import { numericIdSchema } from '../record-id.ts'

const optionalId = numericIdSchema.nullish()

/**
 * One event of a webhook's array (Webhooks v3 guide). The guide's own sample says `eventType` where the wire says
 * `subscriptionType`. Only what tells which record is meant must be right.
 */
export const eventSchema = z.object({
  portalId: numericIdSchema,
  objectId: optionalId,
  eventId: z.union([z.string(), z.number()]).nullish().catch(undefined),
  occurredAt: z.union([z.string(), z.number()]).nullish().catch(undefined),
  propertyName: z.string().nullish().catch(undefined),
  primaryObjectId: optionalId,
  mergedObjectIds: z.array(numericIdSchema).nullish(),
  newObjectId: optionalId,
  fromObjectId: optionalId,
})
export type HubspotEvent = z.infer<typeof eventSchema>

/** What must be known of an event before anything else: whether we follow it. */
export const eventHeadSchema = z.object({
  subscriptionType: z.string().optional().catch(undefined),
  eventType: z.string().optional().catch(undefined),
  objectTypeId: z.string().optional().catch(undefined),
  fromObjectTypeId: z.string().optional().catch(undefined),
})

/** The answer of `GET /account-info/v3/details`. */
export const accountSchema = z.object({ portalId: numericIdSchema })

/** A record of `/crm/v3/objects/…`; every property is a string or null, numbers and booleans are let pass. */
export const recordSchema = z.object({
  id: numericIdSchema,
  properties: z.record(
    z.string(),
    z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]),
  ),
  updatedAt: z.string().nullish().catch(undefined),
  archived: z.boolean().nullish().catch(undefined),
})
export type HubspotRecord = z.infer<typeof recordSchema>

/** The answer of `batch/read`; ids it could not find are absent from `results`. Each record is read by itself. */
export const batchSchema = z.object({ results: z.array(z.unknown()) })
