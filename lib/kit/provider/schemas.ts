import * as z from 'zod'
import type { ErrorWords } from '../../providers/known-words.ts'
import { metadataLimits } from '../../providers/metadata.ts'

/** In characters. */
export const limits = { email: 240, name: 120, addressPart: 200 } as const

const addressPart = z.string().min(1).max(limits.addressPart).nullable().optional()

/** The body of create and update. Null clears a field. */
export const customerRequestSchema = z.lazy(() =>
  z.strictObject({
    name: z.string().min(1).max(limits.name).nullable().optional(),
    email: z.string().min(3).max(limits.email).optional(),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{4,14}$/)
      .optional(),
    address: z
      .strictObject({
        line1: addressPart,
        line2: addressPart,
        city: addressPart,
        state: addressPart,
        postal_code: addressPart,
        country: addressPart,
      })
      .nullable()
      .optional(),
    metadata: z.record(
      z.string().min(1).max(metadataLimits.key),
      z.string().max(metadataLimits.value).nullable(),
    ),
  }),
)
export type CustomerRequest = z.infer<typeof customerRequestSchema>

/** A customer as the API returns it. Only the id is guaranteed. */
const customerAnswerSchema = z.lazy(() =>
  z.looseObject({
    id: z.string().regex(/\S/),
    metadata: z.unknown().optional(),
  }),
)
export type CustomerAnswer = z.infer<typeof customerAnswerSchema>

/** The customer in a response. Null when there is none. */
export function readCustomer(body: unknown): CustomerAnswer | null {
  return customerAnswerSchema.safeParse(body).data ?? null
}

/** What errors say. Anything else of an error is left out of ours, since it may quote the customer. */
export const errorWords: ErrorWords = {
  sentences: ['Invalid API key', 'Customer not found', 'The {field} field is invalid'],
  fields: ['name', 'email', 'phone', 'address', 'city', 'state', 'postal_code', 'country', 'metadata'],
  types: [],
}
