import type { Clock } from '../core/ports/observers.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import { originsOf } from '../support/origin.ts'
import type { ProviderDefinition } from './definition.ts'

type Texts = Readonly<Record<string, string | undefined>>

/** Builds the adapter of a provider without calling the API. Throws Misconfigured for an invalid key or address. */
export function buildProvider(
  definition: ProviderDefinition,
  {
    secrets,
    variables,
    clock,
  }: { readonly secrets: Texts; readonly variables: Texts; readonly clock: Clock },
): PaymentProvider {
  return definition.build({
    secrets: Object.fromEntries(definition.secrets.map((name) => [name, secrets[name]])),
    origins: originsOf(definition.apiUrls, variables),
    clock,
  })
}
