import type { SourceName } from '../core/model/change.ts'
import type { CrmSource } from '../core/ports/crm-source.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { TokenStore } from '../core/ports/token-store.ts'
import { originsOf } from '../support/origin.ts'
import { secretList } from '../support/secret-list.ts'
import { memoryTokens } from './access-token.ts'
import type { SourceDefinition } from './definition.ts'

type Texts = Readonly<Record<string, string | undefined>>

export type SourceSettings = {
  /** The secrets that this function may read. Those of the other function are missing. */
  readonly secrets: Texts
  /** The environment, for addresses and other settings. */
  readonly variables: Texts
  /** The source's part of `sync.config.ts`. */
  readonly config: unknown
  /** `WEBHOOK_PUBLIC_URL`: the base URL that CRMs send to, without `/webhooks/…`. */
  readonly publicUrl: string
  /** Where access tokens are shared. Default: the memory of this process. */
  readonly tokens?: TokenStore
  readonly clock: Clock
}

export function webhookPath(source: SourceName): string {
  return `/webhooks/${source}`
}

/**
 * Builds the adapter of a source without calling the API. Throws Misconfigured with a single line that names the
 * setting, for an address that is not the vendor's or an invalid secret.
 */
export function buildSource(definition: SourceDefinition, settings: SourceSettings): CrmSource {
  const { secrets, variables, config, publicUrl, tokens = memoryTokens(), clock } = settings
  const from = <T>(names: readonly string[], read: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, read(name)]))
  return definition.build({
    webhookSecrets: from(definition.webhookSecrets, (name) => secretList(secrets[name])),
    apiSecrets: from(definition.apiSecrets, (name) => secrets[name]),
    origins: originsOf(definition.apiUrls, variables),
    variables: from(definition.variables, (name) => variables[name]),
    config,
    webhookUrl: `${publicUrl.replace(/\/+$/, '')}${webhookPath(definition.name)}`,
    tokens,
    clock,
  })
}
