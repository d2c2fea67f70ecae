import * as z from 'zod'

declare const providerName: unique symbol
/** A payment provider; those that exist are listed in lib/providers/index.ts. */
export type ProviderName = string & { readonly [providerName]?: never }
export const providerNameSchema: z.ZodType<ProviderName> = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
export const modes = ['live', 'test'] as const
export type Mode = (typeof modes)[number]

declare const providerCustomerId: unique symbol
/** The provider's own id of a customer. Opaque and never blank. */
export type ProviderCustomerId = string & {
  readonly [providerCustomerId]: never
}

/** The customer fields that `policies.clear` may list: a field that is empty in the CRM is then cleared at the provider. */
export const clearableFields = [
  'name',
  'companyName',
  'description',
  'address',
  'billing',
  'shipping',
  'metadata',
] as const
export type ClearableField = (typeof clearableFields)[number]

/** How a create whose response was lost is settled. */
export type LostCreateMethod =
  /**
   * For so many hours, a repeated `Idempotency-Key` with the same body returns the same customer. The create body then depends
   * on the claim alone, and the data follows as an update.
   */
  | { readonly by: 'key'; readonly hours: number }
  /** The customer is searched; a new customer can be missing from the results for so many seconds. */
  | { readonly by: 'search'; readonly lagSeconds: number }

export type ProviderAbilities = {
  /** Customers can be searched, so that one that payments created can be adopted. */
  readonly search: boolean
  readonly delete: boolean
  readonly block: boolean
  /** In the order in which they are used: a search takes over when the key has expired. Never empty. */
  readonly lostCreates: readonly LostCreateMethod[]
}

/** Where one customer is. */
export type CustomerPlace = {
  readonly provider: ProviderName
  readonly mode: Mode
  readonly id: ProviderCustomerId
}
