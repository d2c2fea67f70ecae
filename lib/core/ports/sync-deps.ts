import type { Policies, Route } from '../config/sync-config.ts'
import type { SourceName } from '../model/change.ts'
import type { ProviderName } from '../model/provider.ts'
import type { Breaker } from './breaker.ts'
import type { CrmSource } from './crm-source.ts'
import type { CustomerLinks } from './customer-links.ts'
import type { Clock, Log, Metrics } from './observers.ts'
import type { PaymentProvider } from './payment-provider.ts'
import type { ChangeQueue, DeadLetterQueue } from './queues.ts'
import type { Sealer } from './sealer.ts'

export type RetrySettings = {
  /** The first and the longest wait between tries. */
  readonly baseSeconds: number
  readonly maxSeconds: number
  /** Tries that count before a change is dead-lettered. */
  readonly attempts: number
}

/** What is being processed, as the links' histories name it. */
export type Trigger = {
  readonly eventId: string
  /** How often it was received from the queue, this time included. */
  readonly tries: number
}

/** Runs the work when it is its turn. */
export type Limited = <T>(work: () => Promise<T>) => Promise<T>

/** Everything outside the core that processing a change needs. */
export type SyncDeps = {
  /** Throw RetryLater when secrets cannot be read, Misconfigured when they are missing or wrong. */
  readonly source: (name: SourceName) => Promise<CrmSource>
  readonly provider: (name: ProviderName) => Promise<PaymentProvider>
  readonly breaker: Breaker
  readonly links: CustomerLinks
  readonly sealer: Sealer
  readonly queue: ChangeQueue
  /** The queue of listed records, for those of a page that must be tried again. Absent where it is not configured. */
  readonly listedQueue?: ChangeQueue
  readonly deadLetters: DeadLetterQueue
  /** Every provider there is, whether it is switched on or not: a tombstone is needed at each. */
  readonly knownProviders: readonly ProviderName[]
  /** The providers that are switched on. */
  readonly providers: ReadonlySet<ProviderName>
  readonly routes: readonly Route[]
  readonly policies: Policies
  readonly phoneCountry: (phone: string) => string | undefined
  readonly retry: RetrySettings
  /** How long a claim protects an unfinished create from other workers. */
  readonly claimLeaseSeconds: number
  readonly clock: Clock
  /** Milliseconds that the function has left. Work that would take longer is left to the next try. */
  readonly remainingMillis: () => number
  readonly sleep: (millis: number) => Promise<void>
  /** Runs at most `most` works at a time. */
  readonly limiter: (most: number) => Limited
  /** Between 0 and 1, for jitter. */
  readonly random: () => number
  readonly log: Log
  readonly metrics: Metrics
  /** Set for each record of a batch. */
  readonly trigger?: Trigger
}
