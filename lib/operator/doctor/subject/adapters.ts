import type { CrmSource } from '../../../core/ports/crm-source.ts'
import type { PaymentProvider } from '../../../core/ports/payment-provider.ts'
import type { TokenStore } from '../../../core/ports/token-store.ts'
import { buildProvider } from '../../../providers/build-provider.ts'
import type { ProviderDefinition } from '../../../providers/definition.ts'
import { providers } from '../../../providers/registry.ts'
import { contributedTokens } from '../../../sources/access-token.ts'
import { buildSource } from '../../../sources/build-source.ts'
import type { SourceDefinition } from '../../../sources/definition.ts'
import { sources } from '../../../sources/registry.ts'
import { stageTokens } from '../../stage/stage-tokens.ts'
import { CannotCheck, orCannotCheck } from './finding.ts'
import type { Subject } from './subject.ts'

export const clock = { now: () => new Date() }
const unread = 'the secrets could not be read'

/** The sources that sync.config.ts switches on; all where it is invalid. */
export function sourcesOn({ syncConfig }: Subject): readonly SourceDefinition[] {
  const all = Object.values(sources)
  if (!('value' in syncConfig)) return all
  const listed: Readonly<Record<string, unknown>> = syncConfig.value.sources
  return all.filter(({ name }) => listed[name] !== undefined)
}

/** The providers that sync.config.ts lists; all where it is invalid. */
export function providersOn({ syncConfig }: Subject): readonly ProviderDefinition[] {
  const all = Object.values(providers)
  if (!('value' in syncConfig)) return all
  const listed: readonly string[] = syncConfig.value.providers
  return all.filter(({ name }) => listed.includes(name))
}

/** Whether an operator has begun to connect the CRM: one of its secrets is set, or its API's address is. True if that cannot be told. */
export function isConnected({ webhookSecrets, apiSecrets, apiUrls }: SourceDefinition, it: Subject): boolean {
  const isSet = (scope: 'webhook' | 'api', names: readonly string[]) => {
    const secrets = it.secrets[scope]
    return !('value' in secrets) || names.some((name) => secrets.value[name] !== undefined)
  }
  return isSet('webhook', webhookSecrets) || isSet('api', apiSecrets) || Object.keys(apiUrls).some(it.isGiven)
}

/** Where the functions' environment could not be read, the caller's takes its place. */
export function settingsOf({ environment, stage }: Subject): Readonly<Record<string, string | undefined>> {
  return 'value' in environment ? environment.value : stage.variables
}

/** Throws Misconfigured for an invalid secret or address, and CannotCheck when the secrets could not be read. */
export function openSource(definition: SourceDefinition, it: Subject): CrmSource {
  const configs: Readonly<Record<string, unknown>> =
    'value' in it.syncConfig ? it.syncConfig.value.sources : {}
  return buildSource(definition, {
    secrets: { ...orCannotCheck(it.secrets.webhook, unread), ...orCannotCheck(it.secrets.api, unread) },
    variables: settingsOf(it),
    config: configs[definition.name] ?? definition.config.parse({}),
    publicUrl: publicUrlOf(it) ?? '',
    tokens: tokensOf(it),
    clock,
  })
}

/** Access tokens for one check. Checks run at the same time, and none waits for the token that another one asks for. */
export function tokensOf({ stage, secrets }: Subject): TokenStore {
  const keys = async () => orCannotCheck(secrets.api, unread)['SEALING_KEYS']
  return contributedTokens(stageTokens(stage, keys))
}

/** Throws as `openSource` does. */
export function openProvider(definition: ProviderDefinition, it: Subject): PaymentProvider {
  const secrets = orCannotCheck(it.secrets.api, unread)
  return buildProvider(definition, { secrets, variables: settingsOf(it), clock })
}

/** Throws CannotCheck when one of the secrets is not set: its own check reports that. */
export function expectApiSecrets(names: readonly string[], { secrets }: Subject): void {
  const values = orCannotCheck(secrets.api, unread)
  const missing = names.find((name) => !values[name]?.trim())
  if (missing) throw new CannotCheck(`${missing} is not set`)
}

/** The URL that the CRMs were given, without `/webhooks/…`; null when it is not known. */
export function publicUrlOf({ doors }: Subject): string | null {
  const [door] = 'value' in doors ? doors.value : []
  return door?.signedFor ?? null
}
