import * as z from 'zod'

/**
 * A value the CRM told us about: a string, or `null` when the CRM says that the field is empty.
 * An absent key means that the CRM said nothing, and nothing follows from it.
 */
const text = z.string().nullable().optional()

/** A postal address. `country` is ISO 3166-1 alpha-2 in upper case. */
const addressSchema = z.strictObject({
  line1: text,
  line2: text,
  city: text,
  state: text,
  postalCode: text,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable()
    .optional(),
})
export type Address = z.infer<typeof addressSchema>

const nameSchema = z.strictObject({
  given: text,
  family: text,
  full: text,
})

/** Who and where to ship to; `name` and `phone` are the recipient's when they differ from the customer's. All optional. */
const shippingSchema = z.strictObject({
  name: text,
  phone: text,
  address: addressSchema.nullable().optional(),
})
export type Shipping = z.infer<typeof shippingSchema>

/**
 * The customer as every CRM's record is read and every provider's body is built from: names joined,
 * phones in E.164 (`+237…`), countries as ISO 3166-1 alpha-2. What could not be read is absent, never guessed; what was
 * filled nevertheless is named in `unreadable` by its path (`phone`, `address.country`): names, never values.
 */
export const customerSchema = z.strictObject({
  name: nameSchema.optional(),
  email: text,
  phone: z
    .string()
    .regex(/^\+[1-9]\d{4,14}$/)
    .nullable()
    .optional(),
  companyName: text,
  description: text,
  address: addressSchema.nullable().optional(),
  billing: addressSchema.nullable().optional(),
  shipping: shippingSchema.nullable().optional(),
  metadata: z.record(z.string(), z.string().nullable()).optional(),
  unreadable: z.array(z.string()).readonly().optional(),
})
export type Customer = z.infer<typeof customerSchema>

/** A customer as it was in the CRM at one time. */
export type CustomerState = {
  readonly customer: Customer
  /** The CRM's time of this state; ISO 8601. */
  readonly version: string
  /** The time is saved in the link even when nothing changed, because an older snapshot or deletion could follow. */
  readonly remembersTime: boolean
}

/** The customer's name in one piece: the full name, else given and family joined, else undefined. */
export function fullName(customer: Customer): string | undefined {
  const { given, family, full } = customer.name ?? {}
  const joined = [given, family].filter((part) => part?.trim()).join(' ')
  return full?.trim() || joined.trim() || undefined
}
