import * as z from 'zod'
import { numericIdSchema } from '../record-id.ts'

const record = z.record(z.string(), z.unknown())
const optionalId = numericIdSchema.nullish()
const time = z.union([z.string(), z.number()]).nullish().catch(undefined)

/** Distinguishes v2 (`meta.entity`) from v1 (`meta.object`), and decides whether the event is followed. */
export const headSchema = z.lazy(() =>
  z.object({
    meta: z.object({
      entity: z.string().optional().catch(undefined),
      object: z.string().optional().catch(undefined),
      action: z.string(),
    }),
  }),
)

/** A webhook v2 (Guide for Webhooks v2). Ids in `meta` are strings; the type of the merge ids is not documented. */
export const webhookV2Schema = z.lazy(() =>
  z.object({
    meta: z.object({
      id: z.string().min(1).nullish().catch(undefined),
      company_id: numericIdSchema,
      entity_id: numericIdSchema,
      timestamp: time,
      merged_to_id: optionalId.catch(undefined),
      merged_from_id: optionalId.catch(undefined),
    }),
    data: record.nullish(),
    /** What the changed fields were before. */
    previous: record.nullish().catch(undefined),
  }),
)

/** A legacy webhook v1. Other fields, such as `retry` and `matches_filters`, are ignored. */
export const webhookV1Schema = z.lazy(() =>
  z.object({
    meta: z.object({
      id: numericIdSchema,
      company_id: numericIdSchema,
      timestamp: time,
      timestamp_milli: time,
      timestamp_micro: time,
    }),
    current: record.nullish(),
  }),
)

/** The response of `GET /api/v1/users/me`. */
export const userSchema = z.lazy(() => z.object({ data: z.object({ company_id: numericIdSchema }) }))

/** The response of `GET /api/v2/persons` and `/api/v2/organizations`, of which only the ids are used. */
export const listSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ id: numericIdSchema, update_time: z.unknown().optional() })),
    additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
  }),
)

/** The response of `GET /api/v2/persons/{id}` and `/api/v2/organizations/{id}`. */
export const answerSchema = z.lazy(() =>
  z.object({
    data: z.looseObject({ id: numericIdSchema, is_deleted: z.boolean().nullish().catch(undefined) }),
  }),
)

const listedWebhookSchema = z.lazy(() =>
  z.object({
    id: numericIdSchema,
    event_action: z.string(),
    event_object: z.string(),
    subscription_url: z.string(),
    version: z.string().nullish().catch(undefined),
    is_active: z.union([z.number(), z.boolean()]).transform(Boolean),
    last_http_status: z.number().nullish().catch(undefined),
  }),
)
export type ListedWebhook = z.infer<typeof listedWebhookSchema>

/** The response of `GET /api/v1/webhooks`. */
export const webhooksSchema = z.lazy(() => z.object({ data: z.array(listedWebhookSchema) }))
