import type { Clock } from '../core/ports/observers.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import { originsOf } from '../support/origin.ts'
import type { ProviderDefinition } from './definition.ts'

type Texts = Readonly<Record<string, string | undefined>>

/** The adapter of a provider; calls nothing. Throws Misconfigured for a key or an address that cannot be right. */
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
