import type { RecordRef } from '../model/change.ts'
import type { Mode, ProviderName } from '../model/provider.ts'
import type { PaymentProvider } from './payment-provider.ts'

export interface Breaker {
  /**
   * To be asked before a provider is called. Throws RetryLater (`PROVIDER_PAUSED`, uncounted) while the provider is paused. A healthy
   * provider costs no read of the table, but for a function's very first.
   */
  admit(provider: PaymentProvider): Promise<void>
  /** The same provider, with every call recorded; `ref` is the record that it is called for. */
  watch(provider: PaymentProvider, ref: RecordRef): PaymentProvider
}

/** What all functions share of a provider's health; one item of the table per provider and mode. */
export type BreakerRecord = {
  readonly provider: ProviderName
  readonly mode: Mode
  /** `open`: nobody calls the provider before `until`. `half-open`: one caller is trying it, until `until`. */
  readonly state: 'closed' | 'open' | 'half-open'
  readonly until: string | null
  /** How often in a row it opened; each time for longer. */
  readonly trips: number
  /** What opened it. */
  readonly code: string | null
  readonly revision: number
}

export interface BreakerStore {
  findBreaker(provider: ProviderName, mode: Mode): Promise<BreakerRecord | null>
  /** Null when somebody else saved since it was read. */
  saveBreaker(record: BreakerRecord): Promise<BreakerRecord | null>
}
