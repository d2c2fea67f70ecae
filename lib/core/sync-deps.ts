import type { Breaker } from './breaker.ts'
import type { SourceName } from './change.ts'
import type {
  ChangeQueue,
  Clock,
  CrmSource,
  CustomerLinks,
  DeadLetterQueue,
  Log,
  Metrics,
  PaymentProvider,
  ProviderName,
  Sealer,
} from './ports.ts'
import type { RetrySettings } from './retry.ts'
import type { Policies, Route } from './sync-config.ts'

/** What working on a change needs of the world. */
export type SyncDeps = {
  /** Throws RetryLater when secrets cannot be had, Misconfigured when they are missing or wrong. */
  readonly source: (name: SourceName) => Promise<CrmSource>
  readonly provider: (name: ProviderName) => Promise<PaymentProvider>
  readonly breaker: Breaker
  readonly links: CustomerLinks
  readonly sealer: Sealer
  readonly queue: ChangeQueue
  readonly deadLetters: DeadLetterQueue
  /** The providers that are switched on. */
  readonly providers: ReadonlySet<ProviderName>
  readonly routes: readonly Route[]
  readonly policies: Policies
  readonly phoneCountry: (phone: string) => string | undefined
  readonly retry: RetrySettings
  /** How long an unfinished create belongs to the worker that began it. */
  readonly claimLeaseSeconds: number
  readonly clock: Clock
  /** Milliseconds that the function has left; what it has no time for is left to the next try. */
  readonly remainingMillis: () => number
  readonly sleep: (millis: number) => Promise<void>
  /** Between 0 and 1, for the jitter of waits. */
  readonly random: () => number
  readonly log: Log
  readonly metrics: Metrics
}
