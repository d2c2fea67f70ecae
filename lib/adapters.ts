import { behaviourVariables } from './config.ts'
import type { SourceName } from './core/model/change.ts'
import { providers } from './providers/registry.ts'
import { sealingKeys, sourceSecrets } from './secrets.ts'
import { buildSource } from './sources/build-source.ts'
import { sources } from './sources/registry.ts'
import { checkedOrigin } from './support/origin.ts'

/** The variables and secrets that sources and providers declare, read from the environment and from Parameter Store. */

/**
 * `webhook`: secrets that verify webhooks, the only ones `receiveWebhook` may read. `api`: secrets for API calls.
 * Each scope has its own path.
 */
export type SecretScope = 'webhook' | 'api'
export type Secrets = Readonly<Partial<Record<string, string>>>

/** The secrets of a scope that the selected sources and all providers declare. */
export function secretNames(scope: SecretScope, isOn: (source: SourceName) => boolean): readonly string[] {
  const ofProviders = scope === 'webhook' ? [] : Object.values(providers).flatMap(({ secrets }) => secrets)
  return [...ofProviders, ...sourceSecrets(scope, isOn), sealingKeys]
}

/** All secrets, by the scope that may read them. */
export const secretScopes: Readonly<Record<SecretScope, readonly string[]>> = {
  webhook: secretNames('webhook', () => true),
  api: secretNames('api', () => true),
}

const apiUrls = Object.assign(
  {},
  ...[...Object.values(providers), ...Object.values(sources)].map((adapter) => adapter.apiUrls),
) as (typeof sources)[string]['apiUrls']

/** Addresses and other settings of sources and providers. None is a secret. */
export const adapterVariables: readonly string[] = [
  ...Object.keys(apiUrls),
  ...Object.values(sources).flatMap(({ variables }) => variables),
]

/** Every variable that an operator may set for the functions. */
export const functionVariables: readonly string[] = [
  ...new Set([...behaviourVariables, ...adapterVariables, ...secretScopes.webhook, ...secretScopes.api]),
]

/** Configured addresses that no adapter would accept, one line each. Run before deployment. */
export function findBadAddresses(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(apiUrls).flatMap(([name, { hosts }]) => {
    const value = environment[name]
    if (typeof value !== 'string' || value === '') return []
    try {
      checkedOrigin(value, hosts, `environment variable ${name}`)
      return []
    } catch (error) {
      return [`${(error as Error).message}, got ${JSON.stringify(value)}`]
    }
  })
}

/** Settings that no source would accept, one line each. Run at start and before deployment. */
export function findBadSettings(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.values(sources).flatMap((definition) => {
    const given = definition.variables.flatMap((name) => {
      const value = environment[name]
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
    })
    if (given.length === 0) return []
    try {
      const [variables, config] = [Object.fromEntries(given), definition.config.parse({})]
      buildSource(definition, { secrets: {}, variables, config, publicUrl: '', clock })
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
}

const clock = { now: () => new Date() }
