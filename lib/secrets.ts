import type { SecretScope, Secrets } from './adapters.ts'
import type { SourceName } from './core/model/change.ts'
import { sources } from './sources/registry.ts'

/** Apart from adapters.ts, so that the bundles of functions that call no provider hold none. */

/** Encrypts customer data in the queues, and customer data and access tokens in the table. */
export const sealingKeys = 'SEALING_KEYS'

/** The secrets of a scope that the selected sources declare. */
export function sourceSecrets(scope: SecretScope, isOn: (source: SourceName) => boolean): readonly string[] {
  return Object.values(sources)
    .filter(({ name }) => isOn(name))
    .flatMap(({ webhookSecrets, apiSecrets }) => (scope === 'webhook' ? webhookSecrets : apiSecrets))
}

/** The named secrets that are set in the environment, for the local stack and the tests. */
export function readSecrets(names: readonly string[], environment: NodeJS.ProcessEnv = process.env): Secrets {
  return Object.fromEntries(names.map((name) => [name, environment[name]]).filter(([, value]) => value))
}
