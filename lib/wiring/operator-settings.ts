import syncConfig from '../../sync.config.ts'
import type { SyncDeps } from '../core/ports/sync-deps.ts'
import { providerNames } from '../providers/registry.ts'
import { phoneCountry } from '../support/phone.ts'

/** What `sync.config.ts` says about providers, routes and policies, as the engine takes it. */
export const operatorSettings: Pick<
  SyncDeps,
  'knownProviders' | 'providers' | 'routes' | 'policies' | 'phoneCountry'
> = {
  knownProviders: providerNames,
  providers: new Set(syncConfig.providers),
  routes: syncConfig.routes,
  policies: syncConfig.policies,
  phoneCountry,
}
