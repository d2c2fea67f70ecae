import type { RecordRef } from './change.ts'
import type { LinkHistory, Outcome } from './link-history.ts'
import type { Mode, ProviderCustomerId, ProviderName } from './provider.ts'

export const linkStates = ['creating', 'linked', 'undecided', 'closed', 'merged', 'erased'] as const
type LinkState = (typeof linkStates)[number]

/** What was done for a record, and the links that it concerns; none when it concerns the record as a whole. */
export type LinkOutcome = { readonly outcome: Outcome; readonly links: readonly Link[] }

/** Why a change failed, as shown to operators. */
export type Failure = {
  readonly code: string
  readonly reason: string
  readonly field: string | null
  /** Tries that counted. */
  readonly attempts: number
  readonly firstFailedAt: string
  readonly retryable: boolean
}

/** The failure of a dead letter. `provider` is null when the change failed before a provider was called. */
export type ParkedFailure = Failure & { readonly provider: ProviderName | null }

/**
 * An unfinished create that the provider may have carried out. It is saved before the provider is called, and removed once a
 * response has proved that nothing was created.
 */
export type LinkClaim = {
  readonly idempotencyKey: string
  readonly claimedAt: string
  /** Until then only the worker that saved it may continue the create. */
  readonly leaseUntil: string
  /** The e-mails and phones that the create was sent with, sealed. Empty where the provider cannot be searched. */
  readonly sealedTerms: readonly string[]
}

/**
 * Ties a CRM record to a provider customer: one item of the table per record, provider and mode. The item without a provider
 * is the record's own line: its tombstone, or its failure before a provider was called. A link holds no readable personal
 * data.
 */
export type Link = {
  readonly ref: RecordRef
  readonly provider: ProviderName | null
  readonly mode: Mode
  readonly state: LinkState
  readonly providerCustomerId: ProviderCustomerId | null
  /** Hash of the last payload that the provider acknowledged; null when what it holds is unknown. */
  readonly fingerprint: string | null
  /** Marks of the fields of that payload (`markFields`); null when none was acknowledged yet. */
  readonly fieldMarks: string | null
  /** The CRM's time of the state that was synced last. Compared with CRM times only. */
  readonly crmVersion: string | null
  readonly claim: LinkClaim | null
  /** Until then a call without a response may still be carried out, and the provider is not called for this link. */
  readonly unsettledUntil: string | null
  /** Hash of the payload of that call, if it was an update: an update with the same one may be sent. */
  readonly unsettledPayload: string | null
  readonly mergedInto: string | null
  /** Records that were merged into this one, so that erasing it reaches their provider customers, too. */
  readonly absorbed: readonly string[]
  /** Provider customer ids to choose from while `undecided`. */
  readonly candidates: readonly string[]
  /** Paths of the fields that were filled in the CRM but could not be read at the last sync. */
  readonly unreadable: readonly string[]
  readonly syncedAt: string | null
  readonly lastOutcome: Outcome | null
  readonly failure: Failure | null
  /** What happened to it, oldest first; at most the last eight entries. Never a reason for a save of its own. */
  readonly history: LinkHistory
  /** Number of saves, 0 before the first. Each save is conditional on it. */
  readonly revision: number
}

/** A link that has not been saved yet. `provider` is null for the record's own line. */
export function newLink(ref: RecordRef, provider: ProviderName | null, mode: Mode): Link {
  return {
    ref,
    provider,
    mode,
    state: 'creating',
    providerCustomerId: null,
    fingerprint: null,
    fieldMarks: null,
    crmVersion: null,
    claim: null,
    unsettledUntil: null,
    unsettledPayload: null,
    mergedInto: null,
    absorbed: [],
    candidates: [],
    unreadable: [],
    syncedAt: null,
    lastOutcome: null,
    failure: null,
    history: [],
    revision: 0,
  }
}

/** True for a record's own line that only keeps a history: nothing is known of the record, and nothing happened to it since. */
export function isBareLine({ provider, state, lastOutcome, failure }: Link): boolean {
  return provider === null && state === 'creating' && lastOutcome === null && failure === null
}

/** True for a tombstone that was saved where there was no link, only to block a create. */
export function isBareTombstone({
  provider,
  state,
  providerCustomerId,
  lastOutcome,
  revision,
}: Link): boolean {
  const isTombstone = provider !== null && (state === 'merged' || state === 'erased')
  return isTombstone && providerCustomerId === null && lastOutcome === null && revision === 1
}
