import * as z from 'zod'
import { recordIdSchema } from '../record-id.ts'

/** A contact or company. Webhooks have its times as ISO 8601, the API as seconds since 1970. */
const record = { id: recordIdSchema }

/** Decides whether a notification is followed. */
export const headSchema = z.lazy(() => z.object({ topic: z.string().min(1) }))

/** A notification (https://developers.intercom.com/docs/references/webhooks/webhook-models). `app_id` is the workspace. */
export const notificationSchema = z.lazy(() =>
  z.object({
    id: z.string().min(1).nullish().catch(undefined),
    app_id: recordIdSchema,
    /** Seconds since 1970. */
    created_at: z.unknown().optional(),
    data: z.object({ item: z.looseObject(record) }),
  }),
)

/** The response of `GET /contacts/{id}` and `GET /companies/{id}`. */
export const answerSchema = z.lazy(() =>
  z.looseObject({
    ...record,
    archived: z.boolean().nullish().catch(undefined),
    /**
     * The contacts that were merged into this one, with `include_merge_history=true`. The name of the id is documented for
     * `GET /contacts/{id}/merge_history` of the Preview version only.
     */
    merge_history: z
      .array(z.object({ source_contact_id: recordIdSchema }))
      .nullish()
      .catch(undefined),
  }),
)

/** What names the reason of a refusal: `{"type": "error.list", "errors": [{"code": "contact_merged", …}]}`. */
export const errorSchema = z.lazy(() => z.object({ errors: z.array(z.object({ code: z.string() })) }))

/** The response of `GET /me`, whose `app` is the workspace. */
export const meSchema = z.lazy(() => z.object({ app: z.object({ id_code: recordIdSchema }).nullish() }))

const listedSchema = z.lazy(() => z.object({ id: recordIdSchema, updated_at: z.unknown().optional() }))

/** The response of `POST /contacts/search`. */
export const searchSchema = z.lazy(() =>
  z.object({
    data: z.array(listedSchema),
    pages: z
      .object({ next: z.object({ starting_after: z.string().nullish() }).nullish().catch(null) })
      .nullish(),
  }),
)

/** The response of `POST /companies/list`. */
export const companiesSchema = z.lazy(() =>
  z.object({
    data: z.array(listedSchema),
    pages: z.object({ total_pages: z.int().nonnegative() }),
  }),
)
