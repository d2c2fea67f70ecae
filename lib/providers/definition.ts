import type { Clock } from '../core/ports/observers.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import type { OfflineCheck } from '../support/offline-check.ts'
import type { ApiUrls } from '../support/origin.ts'
import type { OfflineProvider } from './offline-definition.ts'

type ProviderGiven<Secret extends string, Urls extends ApiUrls> = {
  readonly secrets: { readonly [Name in Secret]: string | undefined }
  /** Validated origins of `apiUrls`. */
  readonly origins: {
    readonly [Name in keyof Urls]: Urls[Name] extends { readonly default: string }
      ? string
      : string | undefined
  }
  readonly clock: Clock
}

type ProviderParts<Name extends string, Secret extends string, Urls extends ApiUrls> = {
  /** The folder's name. It is stored in every link. */
  readonly name: Name
  /** The provider's own spelling of its name. */
  readonly title: string
  /** The provider's keys, in Parameter Store under `api/`. */
  readonly secrets: readonly Secret[]
  /** The API's addresses, by variable. */
  readonly apiUrls: Urls
  /** Builds the adapter without calling the API. Throws Misconfigured for an invalid key or address. */
  build(given: ProviderGiven<Secret, Urls>): PaymentProvider
}

declare const isChecked: unique symbol
type Checked = { readonly [isChecked]: true }

/** The deployed half of any provider. */
export type ProviderDefinition = Checked & ProviderParts<string, string, ApiUrls>

/** What the compiler checks of an offline half besides its type: a value for each key, and documentation. */
type OfflineHalf<Secret extends string, Url extends string> = {
  readonly offline: OfflineProvider & {
    readonly secrets: Readonly<Record<Secret, string>>
    readonly sandboxes: Readonly<Partial<Record<Url, unknown>>>
    readonly docs: { readonly variables: Readonly<Record<Secret | Url, unknown>> }
  }
}

/**
 * Declares a provider: `defineProvider<typeof import('./offline.ts')>()({ … })`. The type argument is the module of
 * the offline half, which deployed code never imports. Without it, or when a part of either half is missing, the
 * declaration does not compile.
 */
export function defineProvider<Offline = never>() {
  return <const Name extends string, const Secret extends string, const Urls extends ApiUrls>(
    parts: ProviderParts<Name, Secret, Urls> &
      OfflineCheck<Offline, OfflineHalf<Secret, keyof Urls & string>>,
  ) => parts as unknown as ProviderParts<Name, Secret, Urls> & Checked
}
