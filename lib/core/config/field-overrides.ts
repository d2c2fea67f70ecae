import * as z from 'zod'
import { recordTypes } from '../model/change.ts'
import { nameSettings } from './sync-config-problems.ts'

const addressParts = ['line1', 'line2', 'city', 'state', 'postalCode', 'country'] as const
/** Customer fields that `fields` may fill from a CRM property of the operator's choice, besides `metadata.<key>`. */
const customerFields = [
  'email',
  'phone',
  'companyName',
  'description',
  'name.given',
  'name.family',
  'name.full',
  ...addressParts.map((part) => `address.${part}` as const),
  ...addressParts.map((part) => `billing.${part}` as const),
  ...([...addressParts, 'name', 'phone'] as const).map((part) => `shipping.${part}` as const),
] as const
const fieldPath = z
  .string()
  .refine(
    (path) => customerFields.some((field) => field === path) || /^metadata\.[A-Za-z0-9_]{1,40}$/.test(path),
    `expected a customer field: ${customerFields.join(', ')} or metadata.<key>`,
  )
const propertyNames = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'expected the name of a CRM property, or a list of names',
})
type FieldMap = { readonly [field in (typeof customerFields)[number]]?: z.input<typeof propertyNames> } & {
  readonly [key: `metadata.${string}`]: z.input<typeof propertyNames>
}
/** The part of a source's configuration that maps CRM properties of the operator's choice. */
export const fieldOverridesSchema = z.partialRecord(
  z.enum(recordTypes),
  // Its input is typed for the editor; what is there is checked as a record.
  z.custom<FieldMap>().pipe(z.record(fieldPath, propertyNames)),
  nameSettings(recordTypes),
)
/** Per record type: customer field → CRM property, or several of which the first that is filled wins. */
export type FieldOverrides = z.infer<typeof fieldOverridesSchema>
