import type { RecordRef } from './change.ts'
import type { Mode, ProviderCustomerId, ProviderName } from './ports.ts'

export const linkStates = ['creating', 'linked', 'undecided', 'closed', 'merged', 'erased'] as const
export type LinkState = (typeof linkStates)[number]

export const outcomes = [
  'created',
  'adopted',
  'updated',
  'unchanged',
  'superseded',
  'closed',
  'erased',
  'failed',
] as const
export type Outcome = (typeof outcomes)[number]

/** Why a change did not get through, as an operator reads it. */
export type Failure = {
  readonly code: string
  readonly reason: string
  readonly field: string | null
  /** Tries that counted. */
  readonly attempts: number
  readonly firstFailedAt: string
  readonly retryable: boolean
}

/** An unfinished create: who holds it until when, and whether the provider may already have carried it out. */
export type LinkClaim = {
  readonly idempotencyKey: string
  readonly claimedAt: string
  readonly leaseUntil: string
  /** False once an answer proved that nothing was created: the next try need not recheck. */
  readonly mayExist: boolean
}

/**
 * One item per (CRM account, record, provider, mode): the truth about what the provider holds. A link without a
 * provider is the record's own line: its tombstone, or its failure before any provider was reached.
 * It never holds a name, an e-mail, a phone or an address.
 */
export type Link = {
  readonly ref: RecordRef
  readonly provider: ProviderName | null
  readonly mode: Mode
  readonly state: LinkState
  readonly providerCustomerId: ProviderCustomerId | null
  /** Hash of the last body the provider acknowledged; null when that is not known. */
  readonly fingerprint: string | null
  /** The CRM's time of the state reached; compared with CRM times only. */
  readonly crmVersion: string | null
  readonly claim: LinkClaim | null
  /** How many provider customers this link has had; part of the idempotency key. */
  readonly epoch: number
  readonly mergedInto: string | null
  /** Records merged into this one, so that erasing it reaches their provider customers too. */
  readonly absorbed: readonly string[]
  /** Provider customer ids to choose from while `undecided`. */
  readonly candidates: readonly string[]
  readonly syncedAt: string | null
  readonly lastOutcome: Outcome | null
  readonly failure: Failure | null
  /** Counts the saves; what makes a save conditional. 0 before the first. */
  readonly revision: number
}
