import * as z from 'zod'
import { metadataLimits } from '../metadata.ts'

/**
 * OpenAPI 2.1.0 states no lengths. 240 and 128 are from version 2.0; the company name uses the limit of the name; 255
 * for an address part is a guess (a common column width).
 */
export const limits = { email: 240, name: 128, companyName: 128, addressPart: 255 } as const

const addressPart = z.string().min(1).max(limits.addressPart).nullable().optional()

const addressRequestSchema = z.lazy(() =>
  z.strictObject({
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .optional(),
    state: addressPart,
    city: addressPart,
    postal_code: addressPart,
    address_line1: addressPart,
    address_line2: addressPart,
  }),
)

/** The body of create and update (https://developer.notchpay.co, "Update a customer") with all documented fields. */
export const customerRequestSchema = z.lazy(() =>
  z
    .strictObject({
      email: z.string().min(3).max(limits.email).optional(),
      /** E.164 with the plus. The number in the published sample lacks it because YAML parsed it unquoted. */
      phone: z
        .string()
        .regex(/^\+[1-9]\d{4,14}$/)
        .optional(),
      name: z.string().min(1).max(limits.name).nullable().optional(),
      company_name: z.string().min(1).max(limits.companyName).nullable().optional(),
      metadata: z.record(
        z.string().min(1).max(metadataLimits.key),
        z.string().min(1).max(metadataLimits.value).nullable(),
      ),
      address: addressRequestSchema.nullable().optional(),
      billing: addressRequestSchema.nullable().optional(),
    })
    .refine(({ email, phone }) => email !== undefined || phone !== undefined, 'needs an e-mail or a phone'),
)
export type CustomerRequest = z.infer<typeof customerRequestSchema>

const text = z.string().nullish().catch(undefined)

/**
 * A customer as Notch Pay returns it. Only the id is guaranteed. Phones are strings or numbers, and only some
 * responses contain metadata, so a missing field proves nothing.
 */
const customerAnswerSchema = z.lazy(() =>
  z.looseObject({
    id: z.string().regex(/\S/),
    email: text,
    name: text,
    phone: z
      .union([z.string(), z.number().transform(String)])
      .nullish()
      .catch(undefined),
    metadata: z.unknown().optional(),
  }),
)
export type CustomerAnswer = z.infer<typeof customerAnswerSchema>

const envelopeSchema = z.lazy(() =>
  z.looseObject({ customer: z.unknown().optional(), data: z.unknown().optional() }),
)

/**
 * The customer in a response: under `customer` (reference), under `data` (guide), or at the top level (2022). Null
 * when there is none.
 */
export function readCustomer(body: unknown): CustomerAnswer | null {
  const envelope = envelopeSchema.safeParse(body).data
  for (const candidate of [envelope?.customer, envelope?.data, body]) {
    const customer = customerAnswerSchema.safeParse(candidate)
    if (customer.success) return customer.data
  }
  return null
}

const items = z.lazy(() => z.array(customerAnswerSchema))
const listSchema = z.lazy(() =>
  z.looseObject({
    last_page: z.coerce.number().int().nonnegative().optional().catch(undefined),
    items: items.optional(),
    data: items.optional(),
    customers: items.optional(),
  }),
)

/** One page of the list, whose items are under `items`, `data` or `customers`. Null when any part cannot be read. */
export function readPage(
  body: unknown,
): { readonly items: CustomerAnswer[]; readonly lastPage: number | undefined } | null {
  const page = listSchema.safeParse(body).data
  const found = page?.items ?? page?.data ?? page?.customers
  return page && found ? { items: found, lastPage: page.last_page } : null
}
