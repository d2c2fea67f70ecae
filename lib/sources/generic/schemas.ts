import * as z from 'zod'
import { maxMergedIds } from '../../core/model/change.ts'
import { recordIdSchema } from '../record-id.ts'

/** `null` and `""` mean that the field is empty. An absent field is left unchanged. */
const text = z.string().nullish()

/** `country` as ISO 3166-1 alpha-2, alpha-3, or a name in English or French. A plain string becomes the first line. */
const addressInput = z.lazy(() =>
  z
    .union([
      z.string().transform((line1) => ({ line1 })),
      z.object({ line1: text, line2: text, city: text, state: text, postalCode: text, country: text }),
    ])
    .nullish(),
)
export type AddressInput = z.infer<typeof addressInput>

/**
 * The customer document in the `data` of an event and from the read API: our canonical customer with an `id`. Phone
 * numbers may be in any common format when the address has a country. `account` is the sender's own tenant.
 * `updatedAt` is when the record last changed (default: the event's own time). `fullName` and `phoneNumber`, used
 * in the example of the Standard Webhooks specification, are also accepted.
 */
export const customerDataSchema = z.object({
  id: recordIdSchema,
  account: recordIdSchema.nullish(),
  updatedAt: z.string().nullish(),
  name: z.union([z.string(), z.object({ given: text, family: text, full: text })]).nullish(),
  fullName: text,
  email: text,
  phone: text,
  phoneNumber: text,
  companyName: text,
  description: text,
  address: addressInput,
  billing: addressInput,
  shipping: z.object({ name: text, phone: text, address: addressInput }).nullish(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
})
export type CustomerData = z.infer<typeof customerDataSchema>

/** The data of `contact.merged`: the surviving record, and the ids of the records merged into it. */
export const mergedDataSchema = customerDataSchema.extend({
  mergedIds: z.array(recordIdSchema).min(1).max(maxMergedIds),
})

/** What holds the document: an event, and the read API's response `{"data": {…}}`. */
export const documentSchema = z.object({ data: customerDataSchema })
export const mergedDocumentSchema = z.object({ data: mergedDataSchema })
