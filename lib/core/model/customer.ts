import * as z from 'zod'

/** `null` means that the field is empty in the CRM. An absent field is unknown and changes nothing at the provider. */
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

/** `name` and `phone` are the recipient's, when they differ from the customer's. */
const shippingSchema = z.strictObject({
  name: text,
  phone: text,
  address: addressSchema.nullable().optional(),
})
export type Shipping = z.infer<typeof shippingSchema>

/**
 * The canonical customer: every source maps its records to it, and every provider maps it to its request body. Phones are in
 * E.164 (`+237…`), countries in ISO 3166-1 alpha-2. A field that cannot be read is absent, never guessed; if it is filled in
 * the CRM, `unreadable` has its path (`phone`, `address.country`), never its value.
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

/**
 * What a record's own properties hold for the ids of its provider customers, by provider: null where such a property is empty.
 * A provider is absent where no property is configured, and where it is not known what the property holds.
 */
export const customerIdsSchema = z.record(z.string(), z.string().nullable()).readonly()
export type CustomerIds = z.infer<typeof customerIdsSchema>

/** A customer as it was in the CRM at one time. */
export type CustomerState = {
  readonly customer: Customer
  readonly customerIds?: CustomerIds | undefined
  /** The CRM's time of this state; ISO 8601. Null where the CRM has none: it is newer than what came off the queue before. */
  readonly version: string | null
  /** The time is saved in the link even when nothing changed, because an older snapshot or deletion could follow. */
  readonly remembersTime: boolean
}

/** The full name, else the given and family names joined, else undefined. */
export function fullName(customer: Customer): string | undefined {
  const { given, family, full } = customer.name ?? {}
  const joined = [given, family].filter((part) => part?.trim()).join(' ')
  return full?.trim() || joined.trim() || undefined
}
