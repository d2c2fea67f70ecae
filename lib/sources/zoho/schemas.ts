import * as z from 'zod'
import { numericIdSchema } from '../record-id.ts'

/** Decides whether a notification is followed. */
export const headSchema = z.lazy(() =>
  z.object({
    module: z.string().min(1),
    operation: z.string().min(1),
  }),
)

/** A notification (https://www.zoho.com/crm/developer/docs/api/v8/notifications/enable.html). */
export const notificationSchema = z.lazy(() =>
  z.object({
    ids: z.array(z.unknown()),
    channel_id: numericIdSchema.nullish().catch(undefined),
    /** Milliseconds since 1970. */
    server_time: z.union([z.string(), z.number()]).nullish().catch(undefined),
  }),
)

/** The response of `GET /{module}` and `GET /{module}/{id}`. One record that cannot be read does not fail the others. */
export const recordsSchema = z.lazy(() => z.object({ data: z.array(z.unknown()) }))
export const recordSchema = z.lazy(() => z.looseObject({ id: numericIdSchema }))
export type ZohoRecord = z.infer<typeof recordSchema>

const infoSchema = z.lazy(() => z.object({ more_records: z.boolean() }))

/** The response of `POST /coql` and `GET /{module}/deleted`, of which only the ids are used. */
export const listSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ id: numericIdSchema })),
    info: infoSchema,
  }),
)

const channelSchema = z.lazy(() =>
  z.object({
    channel_id: z.union([z.string(), z.number()]).transform(String),
    notify_url: z.string(),
    channel_expiry: z.string(),
    events: z.array(z.string()),
    token: z.string().nullish(),
    notify_on_related_action: z.boolean().nullish(),
    notification_condition: z.array(z.unknown()).nullish(),
  }),
)
/** The part of a channel that is about one module. */
export type ListedChannel = z.infer<typeof channelSchema>

/** The response of `GET /actions/watch`. */
export const channelsSchema = z.lazy(() => z.object({ watch: z.array(channelSchema) }))

/** The response of `POST` and `PATCH /actions/watch`, also one that reports an error. */
export const watchedSchema = z.lazy(() =>
  z.object({
    watch: z.array(z.object({ status: z.string(), code: z.string() })).min(1),
  }),
)
