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
  readonly queue: ChangeQueue
  readonly deadLetters: DeadLetterQueue
  readonly routes: readonly Route[]
  readonly policies: Policies
  readonly phoneCountry: (phone: string) => string | undefined
  readonly retry: RetrySettings
  /** How long an unfinished create belongs to whoever began it. */
  readonly claimLeaseSeconds: number
  readonly clock: Clock
  /** Between 0 and 1, for the jitter of waits. */
  readonly random: () => number
  readonly log: Log
  readonly metrics: Metrics
}
