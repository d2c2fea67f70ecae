import * as z from 'zod'

const address = z.strictObject({
  city: z.string().optional(),
  country: z.string().max(2).optional(),
  line1: z.string().optional(),
  line2: z.string().optional(),
  postal_code: z.string().optional(),
  state: z.string().optional(),
})
const blank = z.literal('')

/** The fields that "Update a customer" allows, with Stripe's limits. Unknown fields and null are rejected. */
export const updateSchema = z.strictObject({
  address: z.union([address, blank]).optional(),
  description: z.string().max(5000).optional(),
  email: z.union([z.email().max(512), blank]).optional(),
  metadata: z
    .record(
      z
        .string()
        .max(40)
        .regex(/^[^[\]]+$/),
      z.string().max(500),
    )
    .optional(),
  name: z.string().max(256).optional(),
  phone: z.string().max(20).optional(),
  shipping: z
    .union([z.strictObject({ address, name: z.string(), phone: z.string() }).partial(), blank])
    .optional(),
})
export const createSchema = updateSchema.extend({ payment_method: z.string().optional() })
