import type * as z from 'zod'
import type { CrmSource } from '../core/ports/crm-source.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { OfflineCheck } from '../support/offline-check.ts'
import type { ApiUrls } from '../support/origin.ts'
import type { OfflineSource } from './offline-definition.ts'

/** What a source is built of. Each function has its own secrets only, so that the other half is empty there. */
type SourceGiven<
  Webhook extends string,
  Api extends string,
  Urls extends ApiUrls,
  Variable extends string,
  Config,
> = {
  /** Several while one is being rotated. None: the source refuses every request. */
  readonly webhookSecrets: { readonly [Name in Webhook]: readonly string[] }
  readonly apiSecrets: { readonly [Name in Api]: string | undefined }
  /** Origins of `apiUrls`, checked. */
  readonly origins: {
    readonly [Name in keyof Urls]: Urls[Name] extends { readonly default: string }
      ? string
      : string | undefined
  }
  readonly variables: { readonly [Name in Variable]: string | undefined }
  /** Its part of `sync.config.ts`. */
  readonly config: Config
  /** The URL that the CRM was given, without a query. */
  readonly webhookUrl: string
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
  /** As in the webhook's path, and the name of its folder. */
  readonly name: Name
  /** The CRM's name as its vendor writes it. */
  readonly title: string
  /** The secrets that verify webhooks, in Parameter Store under `webhook/`: all that the HTTP door may read. */
  readonly webhookSecrets: readonly Webhook[]
  /** The secrets that call the API, in Parameter Store under `api/`. */
  readonly apiSecrets: readonly Api[]
  /** The addresses of its API, by their variables. */
  readonly apiUrls: Urls
  /** Its other settings, no secrets, by their variables. */
  readonly variables: readonly Variable[]
  /** Its part of `sync.config.ts`. */
  readonly config: Config
  /** Builds the adapter and calls nothing. Throws Misconfigured for a secret that cannot be right. */
  build(given: SourceGiven<Webhook, Api, Urls, Variable, z.output<Config>>): CrmSource
}

declare const isChecked: unique symbol
type Checked = { readonly [isChecked]: true }

/** The deployed half of a source, whichever it is. */
export type SourceDefinition = Checked & SourceParts<string, string, string, ApiUrls, string, z.ZodType>

/** What the compiler checks of an offline half beside its type: a value for each secret, and what the documentation says. */
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
 * Declares a source: `defineSource<typeof import('./offline.ts')>()({ … })`. The type argument is the module of its offline half,
 * which is never imported by what is deployed; without it, or where a part is missing in either half, nothing compiles.
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
