import * as z from 'zod'

declare const providerName: unique symbol
/** A payment provider; those that exist are listed in lib/providers/index.ts. */
export type ProviderName = string & { readonly [providerName]?: never }
export const providerNameSchema: z.ZodType<ProviderName> = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
export const modes = ['live', 'test'] as const
export type Mode = (typeof modes)[number]

declare const providerCustomerId: unique symbol
/** The provider's own id of a customer. Opaque; never validated by a pattern, never blank. */
export type ProviderCustomerId = string & {
  readonly [providerCustomerId]: never
}

/** The customer fields that `policies.clear` may name: an empty CRM field then empties the provider's. */
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
  /** The provider can be searched, so that a create whose answer was lost can be found again. */
  readonly search: boolean
  readonly delete: boolean
  readonly block: boolean
  /**
   * How long the same `Idempotency-Key` with the same body answers with the same customer; null when the provider
   * knows no such key. Where it does, the create body depends on the claim alone and the data follows as an update.
   */
  readonly idempotencyHours: number | null
}

/** One customer at a provider. */
export type CustomerPlace = {
  readonly provider: ProviderName
  readonly mode: Mode
  readonly id: ProviderCustomerId
}
