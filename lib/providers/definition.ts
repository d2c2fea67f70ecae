import type { Clock } from '../core/ports/observers.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import type { OfflineCheck } from '../support/offline-check.ts'
import type { ApiUrls } from '../support/origin.ts'
import type { OfflineProvider } from './offline-definition.ts'

type ProviderGiven<Secret extends string, Urls extends ApiUrls> = {
  readonly secrets: { readonly [Name in Secret]: string | undefined }
  /** Origins of `apiUrls`, checked. */
  readonly origins: {
    readonly [Name in keyof Urls]: Urls[Name] extends { readonly default: string }
      ? string
      : string | undefined
  }
  readonly clock: Clock
}

type ProviderParts<Name extends string, Secret extends string, Urls extends ApiUrls> = {
  /** The name of its folder; it is kept in every link. */
  readonly name: Name
  /** The provider's name as it writes it itself. */
  readonly title: string
  /** Its keys, in Parameter Store under `api/`. */
  readonly secrets: readonly Secret[]
  /** The addresses of its API, by their variables. */
  readonly apiUrls: Urls
  /** Builds the adapter and calls nothing. Throws Misconfigured for a key or an address that cannot be right. */
  build(given: ProviderGiven<Secret, Urls>): PaymentProvider
}

declare const isChecked: unique symbol
type Checked = { readonly [isChecked]: true }

/** The deployed half of a provider, whichever it is. */
export type ProviderDefinition = Checked & ProviderParts<string, string, ApiUrls>

/** What the compiler checks of an offline half beside its type: a value for each key, and what the documentation says. */
type OfflineHalf<Secret extends string, Url extends string> = {
  readonly offline: OfflineProvider & {
    readonly secrets: Readonly<Record<Secret, string>>
    readonly sandboxes: Readonly<Partial<Record<Url, unknown>>>
    readonly docs: { readonly variables: Readonly<Record<Secret | Url, unknown>> }
  }
}

/**
 * Declares a provider: `defineProvider<typeof import('./offline.ts')>()({ … })`. The type argument is the module of its offline
 * half, which is never imported by what is deployed; without it, or where a part is missing in either half, nothing compiles.
 */
export function defineProvider<Offline = never>() {
  return <const Name extends string, const Secret extends string, const Urls extends ApiUrls>(
    parts: ProviderParts<Name, Secret, Urls> &
      OfflineCheck<Offline, OfflineHalf<Secret, keyof Urls & string>>,
  ) => parts as unknown as ProviderParts<Name, Secret, Urls> & Checked
}
