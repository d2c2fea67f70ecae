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

export type ProviderAbilities = {
  /** Customers can be searched, so that a create whose response was lost can be found. */
  readonly search: boolean
  readonly delete: boolean
  readonly block: boolean
  /**
   * How long a repeated `Idempotency-Key` with the same body returns the same customer; null without support for such keys.
   * With it, the create body depends on the claim alone, and the data follows as an update.
   */
  readonly idempotencyHours: number | null
}

/** Where one customer is. */
export type CustomerPlace = {
  readonly provider: ProviderName
  readonly mode: Mode
  readonly id: ProviderCustomerId
}
