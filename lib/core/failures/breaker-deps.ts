import type { BreakerStore } from '../ports/breaker.ts'
import type { Clock, Log, Metrics } from '../ports/observers.ts'

export type BreakerSettings = {
  /** Pauses the provider when this share of one function instance's calls failed in the last `windowSeconds`. */
  readonly failureShare: number
  readonly minimumCalls: number
  readonly windowSeconds: number
  /** The first and the longest pause. */
  readonly openSeconds: number
  readonly longestOpenSeconds: number
  /** How long one worker may take to probe a paused provider. */
  readonly probeSeconds: number
}

export type BreakerDeps = {
  readonly store: BreakerStore
  readonly settings: BreakerSettings
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly metrics: Metrics
}
