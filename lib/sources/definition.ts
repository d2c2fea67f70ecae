import type * as z from 'zod'
import type { CrmSource } from '../core/ports/crm-source.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { TokenStore } from '../core/ports/token-store.ts'
import type { OfflineCheck } from '../support/offline-check.ts'
import type { ApiUrls } from '../support/origin.ts'
import type { OfflineSource } from './offline-definition.ts'

/** What a source is built from. Each function only has its own secrets; the others are empty there. */
type SourceGiven<
  Webhook extends string,
  Api extends string,
  Urls extends ApiUrls,
  Variable extends string,
  Config,
> = {
  /** Several during rotation. Without any, the source rejects every request. */
  readonly webhookSecrets: { readonly [Name in Webhook]: readonly string[] }
  readonly apiSecrets: { readonly [Name in Api]: string | undefined }
  /** Validated origins of `apiUrls`. */
  readonly origins: {
    readonly [Name in keyof Urls]: Urls[Name] extends { readonly default: string }
      ? string
      : string | undefined
  }
  readonly variables: { readonly [Name in Variable]: string | undefined }
  /** The source's part of `sync.config.ts`. */
  readonly config: Config
  /** The webhook URL configured in the CRM, without a query. */
  readonly webhookUrl: string
  /** For CRMs whose access tokens expire; see `sharedAccessToken`. */
  readonly tokens: TokenStore
  readonly clock: Clock
}

type SourceParts<
  Name extends string,
  Webhook extends string,
  Api extends string,
  Urls extends ApiUrls,
  Variable extends string,
  Config extends z.ZodType,
> = {
  /** The folder's name, which is also used in the webhook path. */
  readonly name: Name
  /** The vendor's own spelling of its name. */
  readonly title: string
  /** Secrets that verify webhooks, in Parameter Store under `webhook/`: the only ones `receiveWebhook` may read. */
  readonly webhookSecrets: readonly Webhook[]
  /** Secrets for API calls, in Parameter Store under `api/`. */
  readonly apiSecrets: readonly Api[]
  /** The API's addresses, by variable. */
  readonly apiUrls: Urls
  /** Other settings that are not secret, by variable. */
  readonly variables: readonly Variable[]
  /** Whether its webhooks are subscriptions that expire (`CrmSource.channels`): `renewChannels` then reads all its secrets. */
  readonly hasChannels?: true
  /** The source's part of `sync.config.ts`. */
  readonly config: Config
  /** Builds the adapter without calling the API. Throws Misconfigured for an invalid secret. */
  build(given: SourceGiven<Webhook, Api, Urls, Variable, z.output<Config>>): CrmSource
}

declare const isChecked: unique symbol
type Checked = { readonly [isChecked]: true }

/** The deployed half of any source. */
export type SourceDefinition = Checked & SourceParts<string, string, string, ApiUrls, string, z.ZodType>

/** What the compiler checks of an offline half besides its type: a value for each secret, and documentation. */
type OfflineHalf<
  Secret extends string,
  Url extends string,
  Variable extends string,
  Setting extends string,
> = {
  readonly offline: OfflineSource & {
    readonly secrets: Readonly<Record<Secret, string>>
    readonly sandboxes: Readonly<Partial<Record<Url, unknown>>>
    readonly docs: {
      readonly variables: Readonly<Record<Secret | Url | Variable, unknown>>
      readonly settings: Readonly<Record<Setting, unknown>>
    }
  }
}

/**
 * Declares a source: `defineSource<typeof import('./offline.ts')>()({ … })`. The type argument is the module of the
 * offline half, which deployed code never imports. Without it, or when a part of either half is missing, the
 * declaration does not compile.
 */
export function defineSource<Offline = never>() {
  return <
    const Name extends string,
    const Webhook extends string,
    const Api extends string,
    const Urls extends ApiUrls,
    const Variable extends string,
    Config extends z.ZodType,
  >(
    parts: SourceParts<Name, Webhook, Api, Urls, Variable, Config> &
      OfflineCheck<
        Offline,
        OfflineHalf<Webhook | Api, keyof Urls & string, Variable, keyof z.output<Config> & string>
      >,
  ) => parts as unknown as SourceParts<Name, Webhook, Api, Urls, Variable, Config> & Checked
}
