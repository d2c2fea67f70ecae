import type { Codes } from './dead-letter-counts.ts'
import type { ProviderStatus } from './provider-status.ts'

/** Is it working? What is not known is null. */
export type Status = {
  /** Nothing needs a person. */
  readonly healthy: boolean
  readonly queue: {
    readonly waiting: number | null
    readonly inFlight: number | null
    /** How long the oldest change has been in the queue; 0 when it is empty. */
    readonly oldestSeconds: number | null
  }
  readonly deadLetters: {
    readonly total: number | null
    /** Those that only an operator can resolve; the others are retried automatically. */
    readonly manual: number | null
    readonly byCode: Codes | null
  }
  readonly providers: readonly ProviderStatus[] | null
  readonly sources: readonly { readonly source: string; readonly lastAcceptedAt: string | null }[]
  /** Links for which an operator has to choose a customer. */
  readonly undecided: number | null
  readonly actions: readonly Action[]
}

/** What waits for a person, and the command that resolves it or shows more. */
export type Action = { readonly what: string; readonly command: string }
