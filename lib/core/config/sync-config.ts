import * as z from 'zod'
import { recordTypes, sourceNames } from '../model/change.ts'
import { type CountryCode, countryCodes } from '../model/country-code.ts'
import { clearableFields, providerNames } from '../model/provider.ts'
import { describeIssues, describeProblem, listed, nameSettings } from './sync-config-problems.ts'

const countryCode = z.custom<CountryCode>((value) => typeof value === 'string' && countryCodes.has(value), {
  error: 'expected an ISO 3166-1 alpha-2 country code in upper case, such as "CM"',
})

const routeSchema = settings({
  source: z.enum(sourceNames).optional(),
  account: z.string().min(1).optional(),
  recordType: z.enum(recordTypes).optional(),
  /** The address's country, else the phone number's. */
  countries: z.array(countryCode).min(1).optional(),
  /** Where such a customer is created; `nowhere` leaves it in the CRM alone. */
  to: z.enum([...providerNames, 'nowhere']),
})
export type Route = z.infer<typeof routeSchema>

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
const fieldOverridesSchema = z.partialRecord(
  z.enum(recordTypes),
  // Its input is typed for the editor; what is there is checked as a record.
  z.custom<FieldMap>().pipe(z.record(fieldPath, propertyNames)),
  nameSettings(recordTypes),
)
/** Per record type: customer field → CRM property, or several of which the first that is filled wins. */
export type FieldOverrides = z.infer<typeof fieldOverridesSchema>

const policiesSchema = settings({
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

const syncConfigSchema = settings({
  sources: settings({
    hubspot: settings({
      fields: fieldOverridesSchema.optional(),
      /** Accept requests signed with v1 or v2 alone. They carry no time, so they can be replayed. */
      allowUntimedSignatures: z.boolean().default(false),
    }).optional(),
    pipedrive: settings({ fields: fieldOverridesSchema.optional() }).optional(),
    'standard-webhooks': settings({}).optional(),
  }),
  providers: z.array(z.enum(providerNames)).min(1),
  /** The first that fits decides; a customer that fits none is created nowhere. */
  routes: z.array(routeSchema).min(1),
  policies: policiesSchema.prefault({}),
})
export type SyncConfig = z.infer<typeof syncConfigSchema>
export type SyncConfigInput = z.input<typeof syncConfigSchema>

/** The message holds every problem, a line each. There is no stack: the mistake is in sync.config.ts, not here. */
export class InvalidSyncConfig extends Error {
  override readonly name = 'InvalidSyncConfig'
  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.stack = this.message
  }
}

/** Types and checks what `sync.config.ts` says. Throws InvalidSyncConfig, which names every setting that is wrong. */
export function defineSyncConfig(input: SyncConfigInput): SyncConfig {
  const parsed = syncConfigSchema.safeParse(input, { reportInput: true })
  const problems = [...(parsed.error ? describeIssues(parsed.error) : []), ...unlistedProviders(input)]
  if (!parsed.data || problems.length > 0) {
    throw new InvalidSyncConfig(problems.map((problem) => `sync.config.ts: ${problem}`))
  }
  return parsed.data
}

/** An object that takes these settings and no others. */
function settings<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, nameSettings(Object.keys(shape)))
}

/** Checked beside the schema, on whatever was given, so that one mistake does not hide another. */
function unlistedProviders(input: unknown): string[] {
  const lists = z.object({ providers: z.array(z.unknown()), routes: z.array(z.unknown()) }).safeParse(input)
  const { providers = [], routes = [] } = lists.data ?? {}
  const allowed = [...providerNames.filter((name) => providers.includes(name)), 'nowhere']
  const expected = `expected ${listed(allowed.map((name) => `"${name}"`))}, as "providers" says`
  return routes.flatMap((route, index) => {
    const to = z.object({ to: z.enum(providerNames) }).safeParse(route).data?.to
    return !to || allowed.includes(to) ? [] : describeProblem(['routes', index, 'to'], expected, to)
  })
}
