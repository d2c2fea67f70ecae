import * as z from 'zod'
import { recordIdSchema } from '../record-id.ts'

/** Attio's ids are UUIDs. They become part of paths and of our own ids, so nothing that separates parts is accepted. */
const attioIdSchema = z.string().regex(/^[\w-]{1,64}$/)

/** A delivery (https://docs.attio.com/rest-api/guides/webhooks): one event today; "this may change in the future to support batching". */
export const deliverySchema = z.lazy(() => z.object({ events: z.array(z.unknown()).max(1000) }))

export const eventHeadSchema = z.lazy(() => z.object({ event_type: z.string() }))

/** `record.created`, `record.updated` (one per attribute), `record.deleted` or `record.merged`. Without a time and without values. */
export const eventSchema = z.lazy(() =>
  z.object({
    id: z.object({
      workspace_id: recordIdSchema,
      object_id: attioIdSchema,
      record_id: attioIdSchema,
      attribute_id: z.string().nullish().catch(undefined),
    }),
    duplicate_record_id: attioIdSchema.nullish(),
  }),
)
export type AttioEvent = z.infer<typeof eventSchema>

/** The response of `GET /v2/self`. Of a token that is not valid it holds `active: false` only. */
export const selfSchema = z.lazy(() =>
  z.object({
    active: z.boolean().nullish().catch(undefined),
    workspace_id: recordIdSchema.nullish(),
    scope: z.string().nullish().catch(undefined),
  }),
)

/** The response of `GET /v2/objects`. */
export const objectsSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ id: z.object({ object_id: z.string() }), api_slug: z.string().nullish() })),
  }),
)

const recordIds = z.lazy(() => z.object({ workspace_id: recordIdSchema, record_id: attioIdSchema }))

/** A record. `values` has the versions of each attribute's values, by the attribute's slug. */
export const recordSchema = z.lazy(() =>
  z.object({ id: recordIds, values: z.record(z.string(), z.unknown()) }),
)
export type AttioRecord = z.infer<typeof recordSchema>

/** The response of `GET /v2/objects/{object}/records/{record_id}`. */
export const answerSchema = z.lazy(() => z.object({ data: recordSchema }))

/** The response of `POST /v2/objects/{object}/records/query`; each record is parsed separately. */
export const recordsSchema = z.lazy(() => z.object({ data: z.array(z.unknown()) }))

/** The same, of which only the ids are used. */
export const listSchema = z.lazy(() => z.object({ data: z.array(z.object({ id: recordIds })) }))

/** An error's body, such as `{"status_code": 404, "type": "invalid_request_error", "code": "not_found", "message": "…"}`. */
export const errorSchema = z.lazy(() => z.object({ code: z.string() }))

/** The response of `GET /v2/webhooks`. */
export const webhooksSchema = z.lazy(() =>
  z.object({
    data: z.array(
      z.object({
        id: z.object({ webhook_id: z.string() }),
        target_url: z.string(),
        status: z.string().nullish().catch(undefined),
        subscriptions: z.array(z.object({ event_type: z.string() })),
      }),
    ),
  }),
)
