import * as z from 'zod'
import { numericIdSchema, recordIdSchema } from '../record-id.ts'

/** Decides whether the event is followed. */
export const headSchema = z.lazy(() => z.object({ event: z.string().min(1) }))

const envelope = {
  /** When it was sent, in seconds since 1970. */
  ts: z.string().optional().catch(undefined),
  auth: z.lazy(() => z.object({ member_id: recordIdSchema })),
}
const optionalId = numericIdSchema.optional().catch(undefined)

/** An event about a lead, a contact, a company or a requisite. It has only the id. */
export const recordEventSchema = z.lazy(() =>
  z.object({
    ...envelope,
    data: z.object({ FIELDS: z.object({ ID: numericIdSchema }) }),
  }),
)

/** An event about an address. `ANCHOR_…` is the record that it belongs to, `ENTITY_…` a lead or a requisite in between. */
export const addressEventSchema = z.lazy(() =>
  z.object({
    ...envelope,
    data: z.object({
      FIELDS: z.object({
        ENTITY_TYPE_ID: optionalId,
        ENTITY_ID: optionalId,
        ANCHOR_TYPE_ID: optionalId,
        ANCHOR_ID: optionalId,
      }),
    }),
  }),
)

/** An error in any answer. `error` is empty, or a number, for some methods. */
export const errorSchema = z.lazy(() =>
  z.object({
    error: z.union([z.string(), z.number()]).transform(String),
    error_description: z.string().optional().catch(undefined),
    time: z.object({ operating_reset_at: z.number().optional() }).optional().catch(undefined),
  }),
)

const itemSchema = z.lazy(() =>
  z.looseObject({ id: numericIdSchema, updatedTime: z.string().optional().catch(undefined) }),
)
export type Item = z.infer<typeof itemSchema>

/** The answer of `crm.item.get`. */
export const itemAnswerSchema = z.lazy(() => z.object({ result: z.object({ item: itemSchema }) }))

/** The answer of `crm.item.list`, of which only the ids are used. */
export const listAnswerSchema = z.lazy(() =>
  z.object({
    result: z.object({ items: z.array(z.object({ id: numericIdSchema })) }),
  }),
)

/** The answer of `crm.requisite.list`. */
export const requisitesSchema = z.lazy(() => z.object({ result: z.array(z.object({ ID: numericIdSchema })) }))
export const requisiteOwnersSchema = z.lazy(() =>
  z.object({
    result: z.array(z.object({ ENTITY_TYPE_ID: numericIdSchema, ENTITY_ID: numericIdSchema })),
  }),
)

const text = z.string().nullish()
const addressSchema = z.lazy(() =>
  z.object({
    TYPE_ID: numericIdSchema,
    ENTITY_ID: numericIdSchema,
    ADDRESS_1: text,
    ADDRESS_2: text,
    CITY: text,
    POSTAL_CODE: text,
    REGION: text,
    PROVINCE: text,
    COUNTRY: text,
  }),
)
export type Bitrix24Address = z.infer<typeof addressSchema>

/** The answer of `crm.address.list`. `COUNTRY_CODE` is not used by Bitrix24. */
export const addressesSchema = z.lazy(() => z.object({ result: z.array(addressSchema) }))

/** The answer of `scope`. */
export const scopesSchema = z.lazy(() => z.object({ result: z.array(z.string()) }))
