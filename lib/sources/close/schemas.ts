import * as z from 'zod'
import { recordIdSchema } from '../record-id.ts'

const text = z.string().min(1).nullish().catch(undefined)
const record = z.record(z.string(), z.unknown())

/** What decides whether an event is followed. */
export const headSchema = z.lazy(() =>
  z.object({ event: z.object({ object_type: z.string(), action: z.string() }) }),
)

/**
 * A webhook: one entry of the event log (https://developer.close.com/api/resources/events). An event can be updated, with the same
 * `id` and a later `date_updated`. Of a deletion, `data` is empty.
 */
export const webhookSchema = z.lazy(() =>
  z.object({
    event: z.object({
      id: text,
      date_updated: text,
      organization_id: recordIdSchema,
      object_id: recordIdSchema,
      data: z.object({ date_updated: text }).nullish().catch(undefined),
    }),
  }),
)

/** The response of `GET /api/v1/contact/{id}/`. */
export const contactSchema = z.lazy(() =>
  z.looseObject({
    id: recordIdSchema,
    lead_id: recordIdSchema.nullish(),
    date_updated: text,
  }),
)
export type CloseContact = z.infer<typeof contactSchema>

/** The response of `GET /api/v1/lead/{id}/`. */
export const leadSchema = record
export type CloseLead = z.infer<typeof leadSchema>

/** The same, of which only the contacts are used: their ids, or the contacts themselves. */
export const leadContactsSchema = z.lazy(() =>
  z.object({
    contact_ids: z.array(recordIdSchema).nullish(),
    contacts: z.array(z.object({ id: recordIdSchema })).nullish(),
  }),
)

/** The response of `GET /api/v1/me/`: the user of the key. */
export const meSchema = z.lazy(() =>
  z.object({
    organization_id: recordIdSchema.nullish(),
    organizations: z
      .array(z.object({ id: recordIdSchema }))
      .nullish()
      .catch(undefined),
  }),
)

/** The response of `POST /api/v1/data/search/`, with the fields that were asked for. */
export const searchSchema = z.lazy(() =>
  z.object({
    data: z.array(
      z.object({ id: recordIdSchema, organization_id: recordIdSchema, date_created: z.string().min(1) }),
    ),
    cursor: z.string().nullish(),
  }),
)

/** The response of `GET /api/v1/event/`. */
export const eventsSchema = z.lazy(() =>
  z.object({
    data: z.array(z.object({ object_id: recordIdSchema, organization_id: recordIdSchema })),
    cursor_next: z.string().nullish(),
  }),
)

/** The body of a 429. Where `rate_reset` is in it is a guess. */
export const throttledSchema = z.lazy(() =>
  z.object({
    rate_reset: z.number().nullish(),
    error: z.object({ rate_reset: z.number().nullish() }).nullish().catch(undefined),
  }),
)

/** The response of `GET /api/v1/webhook/`. */
export const webhooksSchema = z.lazy(() =>
  z.object({
    data: z.array(
      z.object({
        id: z.string(),
        url: z.string(),
        status: z.string().nullish().catch(undefined),
        events: z.array(z.object({ object_type: z.string(), action: z.string() })),
      }),
    ),
  }),
)
