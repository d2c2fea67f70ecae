import { createRequire } from 'node:module'
import type { ProviderName } from '../core/model/provider.ts'
import type { OfflineProvider } from './offline-definition.ts'
import { providerNames } from './registry.ts'

const load = createRequire(import.meta.url)

/** The offline half of a provider: `offline.ts` in its folder, which `defineProvider` type-checks. */
function offlineProvider(name: ProviderName): OfflineProvider {
  const { offline }: { offline: OfflineProvider } = load(`./${name}/offline.ts`)
  return offline
}

/** The offline half of every provider, by name. */
export const offlineProviders: Readonly<Record<ProviderName, OfflineProvider>> = Object.fromEntries(
  providerNames.map((name) => [name, offlineProvider(name)]),
)
