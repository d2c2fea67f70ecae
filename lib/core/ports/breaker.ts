import type { RecordRef } from '../model/change.ts'
import type { Mode, ProviderName } from '../model/provider.ts'
import type { PaymentProvider } from './payment-provider.ts'

export interface Breaker {
  /**
   * Called before a provider is called. Throws RetryLater (`PROVIDER_PAUSED`, which does not count as a try) while the
   * provider is paused. `ref` is the record that it is to be called for. For a healthy provider, only the first call of a
   * function instance reads the table.
   */
  admit(provider: PaymentProvider, ref: RecordRef): Promise<void>
  /** The same provider, with the result of every call recorded. `ref` is the record that it is called for. */
  watch(provider: PaymentProvider, ref: RecordRef): PaymentProvider
}

/** A provider's health as shared by all function instances: one item of the table per provider and mode. */
export type BreakerRecord = {
  readonly provider: ProviderName
  readonly mode: Mode
  /** `open`: the provider is paused until `until`. `half-open`: one worker probes it, until `until` at most. */
  readonly state: 'closed' | 'open' | 'half-open'
  readonly until: string | null
  /** When the first of the pauses in a row began; null while the provider is not paused. */
  readonly since: string | null
  /** Pauses in a row; each is longer than the one before. */
  readonly trips: number
  /** The error code that caused the pause. */
  readonly code: string | null
  /** Marks of the records because of which it was paused, and which were not accepted since. Absent in items of older releases. */
  readonly suspects?: readonly string[]
  /** Like `until`, for the suspects. */
  readonly suspectsUntil?: string | null
  readonly revision: number
}

export interface BreakerStore {
  findBreaker(provider: ProviderName, mode: Mode): Promise<BreakerRecord | null>
  /** Null when another worker has saved it since it was read. */
  saveBreaker(record: BreakerRecord): Promise<BreakerRecord | null>
}
