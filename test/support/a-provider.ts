import type { ProviderName } from '../../lib/core/model/provider.ts'
import type { Clock } from '../../lib/core/ports/observers.ts'
import type { PaymentProvider } from '../../lib/core/ports/payment-provider.ts'
import { buildProvider } from '../../lib/providers/build-provider.ts'
import { offlineProviders } from '../../lib/providers/offline.ts'
import { providers } from '../../lib/providers/registry.ts'

type Given = {
  readonly secrets?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

/** A provider with its made-up keys, except for the given ones. */
export function aProvider(
  name: ProviderName,
  { secrets, variables = {}, clock = { now: () => new Date() } }: Given = {},
): PaymentProvider {
  const definition = providers[name]
  if (!definition) throw new Error(`there is no provider ${name}`)
  return buildProvider(definition, {
    secrets: { ...offlineProviders[name]?.secrets, ...secrets },
    variables,
    clock,
  })
}
