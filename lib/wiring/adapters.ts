import syncConfig from '../../sync.config.ts'
import type { Secrets } from '../adapters.ts'
import type { SecretReader } from '../aws/secrets.ts'
import type { Config } from '../config.ts'
import type { SourceName } from '../core/model/change.ts'
import { Misconfigured } from '../core/model/errors.ts'
import type { ProviderName } from '../core/model/provider.ts'
import type { CrmSource } from '../core/ports/crm-source.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import type { TokenStore } from '../core/ports/token-store.ts'
import { buildProvider } from '../providers/build-provider.ts'
import { providers } from '../providers/registry.ts'
import { buildSource } from '../sources/build-source.ts'
import { sources } from '../sources/registry.ts'
import { clock } from './clock.ts'

/** The enabled sources with their part of `sync.config.ts`. */
const switchedOn: Readonly<Record<SourceName, unknown>> = syncConfig.sources

export function isSwitchedOn(name: SourceName): boolean {
  return Object.hasOwn(switchedOn, name) && switchedOn[name] !== undefined
}

/** The part of the environment that sources and providers are built from. */
export type AdapterConfig = Pick<Config, 'environment' | 'WEBHOOK_PUBLIC_URL'>

/** The source with this name; null when it is disabled or unknown. `tokens` is where access tokens are shared. */
export function sourcesOf(
  config: AdapterConfig,
  secrets: SecretReader<string>,
  tokens?: TokenStore,
): (name: SourceName) => Promise<CrmSource | null> {
  const source = keptUntilSecretsChange(secrets, (name, values) =>
    buildSource(definitionOf(sources, name), {
      secrets: values,
      variables: config.environment,
      config: switchedOn[name],
      publicUrl: config.WEBHOOK_PUBLIC_URL,
      ...(tokens && { tokens }),
      clock,
    }),
  )
  return async (name) => (isSwitchedOn(name) ? source(name, secretsOf(definitionOf(sources, name))) : null)
}

/** The source with this name. Throws Misconfigured (`SOURCE_OFF`) when it is disabled or unknown. */
export function enabledSourcesOf(
  config: AdapterConfig,
  secrets: SecretReader<string>,
  tokens?: TokenStore,
): (name: SourceName) => Promise<CrmSource> {
  const source = sourcesOf(config, secrets, tokens)
  return async (name) => (await source(name)) ?? switchedOff(name)
}

function switchedOff(name: SourceName): never {
  throw new Misconfigured(
    'SOURCE_OFF',
    `the source ${name} is disabled in sync.config.ts, but its changes are queued`,
  )
}

export function providersOf(
  config: AdapterConfig,
  secrets: SecretReader<string>,
): (name: ProviderName) => Promise<PaymentProvider> {
  const provider = keptUntilSecretsChange(secrets, (name, values) =>
    connectProvider(name, values, config.environment),
  )
  return async (name) => provider(name, definitionOf(providers, name).secrets)
}

/** Builds a provider from the given keys and addresses. Throws Misconfigured when one of them is invalid. */
export function connectProvider(name: ProviderName, secrets: Secrets, variables = secrets): PaymentProvider {
  return buildProvider(definitionOf(providers, name), { secrets, variables, clock })
}

/** Whether records of a source can be read, as its adapter says when it is built from these variables. */
export function canAsk(name: SourceName, variables: Secrets): boolean {
  const definition = definitionOf(sources, name)
  const config = definition.config.parse({})
  const settings = { secrets: {}, variables, config, publicUrl: '', clock }
  return buildSource(definition, settings).fetchCustomers !== undefined
}

function secretsOf({ webhookSecrets, apiSecrets }: (typeof sources)[string]): readonly string[] {
  return [...webhookSecrets, ...apiSecrets]
}

function definitionOf<T>(definitions: Readonly<Record<string, T>>, name: string): T {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
  if (definition) return definition
  throw new Misconfigured('BAD_SETTING', `this release has no source or provider named ${name}`)
}

/** Adapters are cached until their secrets change. The secret cache decides how soon a change is noticed. */
function keptUntilSecretsChange<T>(
  { read }: SecretReader<string>,
  build: (name: string, secrets: Secrets) => T,
) {
  const built = new Map<string, { readonly secrets: string; readonly adapter: T }>()
  return async (name: string, secretNames: readonly string[]): Promise<T> => {
    const all = await read()
    const values: Secrets = Object.fromEntries(secretNames.map((secret) => [secret, all[secret]]))
    const secrets = JSON.stringify(values)
    const known = built.get(name)
    if (known?.secrets === secrets) return known.adapter
    const adapter = build(name, values)
    built.set(name, { secrets, adapter })
    return adapter
  }
}
