import * as z from 'zod'
import { metadataLimits } from '../metadata.ts'

/**
 * WooshPay documents no lengths. Name, e-mail and description use Stripe's limits as a safe bound (350 is the
 * stricter of Stripe's two limits for a description); the others are guesses (common column widths).
 */
export const limits = {
  email: 512,
  name: 256,
  description: 350,
  addressPart: 255,
  recipientPhone: 64,
} as const

const addressPart = z.string().max(limits.addressPart).optional()

const addressRequestSchema = z.lazy(() =>
  z.strictObject({
    city: addressPart,
    country: z.union([z.string().regex(/^[A-Z]{2}$/), z.literal('')]).optional(),
    line1: addressPart,
    line2: addressPart,
    postal_code: addressPart,
    state: addressPart,
  }),
)

/**
 * The body of "Update a customer" (https://docs.wooshpay.com): every field it has. An empty string unsets a field, as
 * at Stripe: a guess.
 */
export const customerRequestSchema = z.lazy(() =>
  z.strictObject({
    address: z.union([addressRequestSchema, z.literal('')]).optional(),
    description: z.string().max(limits.description).optional(),
    email: z.string().min(3).max(limits.email).optional(),
    metadata: z
      .record(
        z
          .string()
          .min(1)
          .max(metadataLimits.key)
          .regex(/^[^[\]]*$/),
        z.string().max(metadataLimits.value),
      )
      .refine((metadata) => Object.keys(metadata).length <= metadataLimits.keys, 'too many keys'),
    name: z.string().max(limits.name).optional(),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{4,14}$/)
      .optional(),
    /** WooshPay's page makes each part optional; Stripe would require the name and the address. */
    shipping: z
      .union([
        z.strictObject({
          address: addressRequestSchema.optional(),
          name: z.string().max(limits.name).optional(),
          phone: z.string().max(limits.recipientPhone).optional(),
        }),
        z.literal(''),
      ])
      .optional(),
  }),
)
export type CustomerRequest = z.infer<typeof customerRequestSchema>

/**
 * A customer as WooshPay returns it. Only the id is guaranteed. Other fields are kept as received, because an erasure
 * must check all of them. Unset fields are absent (an unset address is `{}`). `created` is documented in seconds but
 * shown in milliseconds: values above 1e11 count as milliseconds, and the result is an ISO time.
 */
const customerAnswerSchema = z.lazy(() =>
  z.looseObject({
    id: z.string().regex(/\S/),
    created: z
      .number()
      .max(8.64e15)
      .min(0)
      .transform((at) => new Date(at > 1e11 ? at : at * 1000).toISOString())
      .nullish()
      .catch(undefined),
    metadata: z.unknown().optional(),
  }),
)
export type CustomerAnswer = z.infer<typeof customerAnswerSchema>

/** The customer in a response, which is the body itself. Null when it is not one. */
export function readCustomer(body: unknown): CustomerAnswer | null {
  return customerAnswerSchema.safeParse(body).data ?? null
}
