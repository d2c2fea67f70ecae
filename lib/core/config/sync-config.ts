import * as z from 'zod'
import { recordTypes, type SourceName } from '../model/change.ts'
import { type CountryCode, countryCodes } from '../model/country-code.ts'
import { clearableFields, type ProviderName } from '../model/provider.ts'
import { settings } from './settings.ts'
import { describeIssues, describeProblem, listed } from './sync-config-problems.ts'

const countryCode = z.custom<CountryCode>((value) => typeof value === 'string' && countryCodes.has(value), {
  error: 'expected an ISO 3166-1 alpha-2 country code in upper case, such as "CM"',
})

const policiesSchema = settings({
  /** What becomes of the provider customer when the CRM record is deleted; `block` and `delete` where the provider can. */
  onDelete: z.enum(['keep', 'block', 'delete']).default('keep'),
  /** Fields that an empty CRM field empties at the provider. E-mail and phone never are. */
  clear: z.array(z.enum(clearableFields)).readonly().default([]),
  /** A phone number that is filled in the CRM but cannot be read: keep the provider's, or refuse the customer. */
  unreadablePhone: z.enum(['keep', 'refuse']).default('keep'),
  /** A record met for the first time: look for a customer that payments made already, or just create one. */
  firstSight: z.enum(['create', 'adopt-or-create']).default('create'),
})
export type Policies = z.infer<typeof policiesSchema>

type Names<Name extends string> = readonly [Name, ...Name[]]
type Parts = Readonly<Record<string, z.ZodType>>

function routeSchema<Source extends string, Provider extends string>(
  sourceNames: Names<Source>,
  providerNames: Names<Provider>,
) {
  return settings({
    source: z.enum(sourceNames).optional(),
    account: z.string().min(1).optional(),
    recordType: z.enum(recordTypes).optional(),
    /** The address's country, else the phone number's. */
    countries: z.array(countryCode).min(1).optional(),
    /** Where such a customer is created; `nowhere` leaves it in the CRM alone. */
    to: z.enum([...providerNames, 'nowhere']),
  })
}

/** What `sync.config.ts` may say, given each source's own part and the providers there are. */
export function syncConfigSchema<Sources extends Parts, Provider extends string>(
  sources: Sources,
  providerNames: Names<Provider>,
) {
  const sourceNames = Object.keys(sources) as [keyof Sources & string, ...(keyof Sources & string)[]]
  const optional = Object.entries(sources).map(([name, part]) => [name, part.optional()])
  return settings({
    sources: settings(
      Object.fromEntries(optional) as { [Name in keyof Sources]: z.ZodOptional<Sources[Name]> },
    ),
    providers: z.array(z.enum(providerNames)).min(1),
    /** The first that fits decides; a customer that fits none is created nowhere. */
    routes: z.array(routeSchema(sourceNames, providerNames)).min(1),
    policies: policiesSchema.prefault({}),
  })
}

export type Route = {
  readonly source?: SourceName | undefined
  readonly account?: string | undefined
  readonly recordType?: (typeof recordTypes)[number] | undefined
  readonly countries?: readonly CountryCode[] | undefined
  readonly to: ProviderName | 'nowhere'
}

/** `sync.config.ts` as the core knows it: what a source's own part says is the source's business. */
export type SyncConfig = {
  readonly sources: Readonly<Record<SourceName, unknown>>
  readonly providers: readonly ProviderName[]
  readonly routes: readonly Route[]
  readonly policies: Policies
}

/** The message holds every problem, a line each. There is no stack: the mistake is in sync.config.ts, not here. */
export class InvalidSyncConfig extends Error {
  override readonly name = 'InvalidSyncConfig'
  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.stack = this.message
  }
}

/** What was given, checked. Throws InvalidSyncConfig, which names every setting that is wrong. */
export function parseSyncConfig<Schema extends z.ZodType<SyncConfig>>(
  input: unknown,
  schema: Schema,
  providerNames: readonly ProviderName[],
): z.output<Schema> {
  const parsed = schema.safeParse(input, { reportInput: true })
  const problems = [
    ...(parsed.error ? describeIssues(parsed.error) : []),
    ...unlistedProviders(input, providerNames),
    ...unknownProviders(input, providerNames),
  ]
  if (!parsed.success || problems.length > 0) {
    throw new InvalidSyncConfig(problems.map((problem) => `sync.config.ts: ${problem}`))
  }
  return parsed.data
}

/** Checked beside the schema, on whatever was given, so that one mistake does not hide another. */
function unlistedProviders(input: unknown, providerNames: readonly ProviderName[]): string[] {
  const lists = z.object({ providers: z.array(z.unknown()), routes: z.array(z.unknown()) }).safeParse(input)
  const { providers = [], routes = [] } = lists.data ?? {}
  const allowed = [...providerNames.filter((name) => providers.includes(name)), 'nowhere']
  const expected = `expected ${listed(allowed.map((name) => `"${name}"`))}, as "providers" says`
  return routes.flatMap((route, index) => {
    const to = z.object({ to: z.enum(providerNames) }).safeParse(route).data?.to
    return !to || allowed.includes(to) ? [] : describeProblem(['routes', index, 'to'], expected, to)
  })
}

/** What a source writes back is its own business, but not which providers there are. */
function unknownProviders(input: unknown, providerNames: readonly ProviderName[]): string[] {
  const written = z.object({ writeBack: z.record(z.string(), z.record(z.string(), z.unknown())) })
  const { sources = {} } =
    z.object({ sources: z.record(z.string(), z.unknown()) }).safeParse(input).data ?? {}
  return Object.entries(sources).flatMap(([source, part]) =>
    Object.entries(written.safeParse(part).data?.writeBack ?? {}).flatMap(([type, properties]) =>
      Object.keys(properties)
        .filter((name) => !providerNames.includes(name))
        .map(
          (name) =>
            `sources.${source}.writeBack.${type}.${name}: unknown provider, expected ${listed(providerNames)}`,
        ),
    ),
  )
}
