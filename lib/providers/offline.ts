import { createRequire } from 'node:module'
import type { ProviderName } from '../core/model/provider.ts'
import type { OfflineProvider } from './offline-definition.ts'
import { providerNames } from './registry.ts'

const load = createRequire(import.meta.url)

/** The offline half of a provider: the module `offline.ts` of its folder, which `defineProvider` has the compiler check. */
function offlineProvider(name: ProviderName): OfflineProvider {
  const { offline }: { offline: OfflineProvider } = load(`./${name}/offline.ts`)
  return offline
}

/** The offline half of every provider, by its name. */
export const offlineProviders: Readonly<Record<ProviderName, OfflineProvider>> = Object.fromEntries(
  providerNames.map((name) => [name, offlineProvider(name)]),
)
