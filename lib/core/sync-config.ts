import * as z from 'zod'
import { recordTypes, sourceNames } from './change.ts'
import { clearableFields, providerNames } from './ports.ts'

const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 country code in upper case, such as "CM"')

const routeSchema = z.strictObject({
  source: z.enum(sourceNames).optional(),
  account: z.string().min(1).optional(),
  recordType: z.enum(recordTypes).optional(),
  /** The address's country, else the phone number's. */
  countries: z.array(countryCode).min(1).optional(),
  /** Where such a customer is created; `nowhere` leaves it in the CRM alone. */
  to: z.enum([...providerNames, 'nowhere']),
})
export type Route = z.infer<typeof routeSchema>

/** Canonical fields that `fields` may fill from a CRM property of the operator's choice. */
const fieldPath = z
  .string()
  .regex(
    /^(email|phone|companyName|description|name\.(given|family|full)|(address|billing|shipping)\.(line1|line2|city|state|postalCode|country)|shipping\.(name|phone)|metadata\.[A-Za-z0-9_]{1,40})$/,
    'expected a customer field such as "phone", "address.city" or "metadata.tier"',
  )
const propertyNames = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
const fieldOverridesSchema = z.partialRecord(z.enum(recordTypes), z.record(fieldPath, propertyNames))
/** Per record type: customer field → CRM property, or several of which the first that is filled wins. */
export type FieldOverrides = z.infer<typeof fieldOverridesSchema>

const sourceOptionsSchema = z.strictObject({
  fields: fieldOverridesSchema.optional(),
})

const policiesSchema = z.strictObject({
  /** What becomes of the provider customer when the CRM record is deleted; `block` and `delete` at Notch Pay only. */
  onDelete: z.enum(['keep', 'block', 'delete']).default('keep'),
  /** Fields that an empty CRM field empties at the provider. E-mail and phone never are. */
  clear: z.array(z.enum(clearableFields)).readonly().default([]),
  /** A phone number that is filled in the CRM but cannot be read: keep the provider's, or refuse the customer. */
  unreadablePhone: z.enum(['keep', 'refuse']).default('keep'),
  /** A record met for the first time: look for a customer that payments made already, or just create one. */
  firstSight: z.enum(['create', 'adopt-or-create']).default('create'),
})
export type Policies = z.infer<typeof policiesSchema>

const syncConfigSchema = z.strictObject({
  sources: z.strictObject({
    hubspot: sourceOptionsSchema
      .extend({
        /** Accept requests signed with v1 or v2 alone. They carry no time: whoever saw one can send it again. */
        allowUntimedSignatures: z.boolean().default(false),
      })
      .optional(),
    pipedrive: sourceOptionsSchema.optional(),
    'standard-webhooks': z.strictObject({}).optional(),
  }),
  providers: z.array(z.enum(providerNames)).min(1),
  /** The first that fits decides; a customer that fits none is created nowhere. */
  routes: z.array(routeSchema).min(1),
  policies: policiesSchema.prefault({}),
})
export type SyncConfig = z.infer<typeof syncConfigSchema>
export type SyncConfigInput = z.input<typeof syncConfigSchema>

/** Types and checks what `sync.config.ts` says. Throws one line that names the setting and what was expected. */
export function defineSyncConfig(input: SyncConfigInput): SyncConfig {
  const parsed = syncConfigSchema.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`sync.config.ts: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}`)
  }
  const missing = parsed.data.routes.find(({ to }) => to !== 'nowhere' && !parsed.data.providers.includes(to))
  if (missing) throw new Error(`sync.config.ts: routes: "${missing.to}" is not among providers`)
  return parsed.data
}
