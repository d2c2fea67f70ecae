import type { RecordRef } from './change.ts'
import type { Mode, ProviderCustomerId, ProviderName } from './provider.ts'

export const linkStates = ['creating', 'linked', 'undecided', 'closed', 'merged', 'erased'] as const
type LinkState = (typeof linkStates)[number]

export type Outcome =
  | 'created'
  | 'adopted'
  | 'updated'
  | 'unchanged'
  | 'superseded'
  | 'closed'
  | 'erased'
  | 'failed'
  /** No route takes the customer; in the record's own line only. */
  | 'not-routed'

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

/** A failure as it goes to the dead letters; `provider` is null when none was reached. */
export type ParkedFailure = Failure & { readonly provider: ProviderName | null }

/**
 * An unfinished create that the provider may have carried out. It is taken before the provider is asked, and given
 * back (null) once an answer proved that nothing was created.
 */
export type LinkClaim = {
  readonly idempotencyKey: string
  readonly claimedAt: string
  /** Until then it belongs to the worker that took it. */
  readonly leaseUntil: string
  /** How often a recheck has searched and found nothing; search results may lag behind creates. */
  readonly emptyLooks: number
  /** The e-mails and phones it was sent with, sealed; empty where the provider cannot be searched. */
  readonly sealedTerms: readonly string[]
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
  /** Until then a call whose answer never came may still be carried out: the provider is not called for this link. */
  readonly unsettledUntil: string | null
  readonly mergedInto: string | null
  /** Records merged into this one, so that erasing it reaches their provider customers too. */
  readonly absorbed: readonly string[]
  /** Provider customer ids to choose from while `undecided`. */
  readonly candidates: readonly string[]
  /** The customer's fields that were filled in the CRM and could not be read when the provider was last synced: paths. */
  readonly unreadable: readonly string[]
  readonly syncedAt: string | null
  readonly lastOutcome: Outcome | null
  readonly failure: Failure | null
  /** Counts the saves; what makes a save conditional. 0 before the first. */
  readonly revision: number
}

/** A link that nothing has happened to yet; `provider` null for the record's own line. */
export function newLink(ref: RecordRef, provider: ProviderName | null, mode: Mode): Link {
  return {
    ref,
    provider,
    mode,
    state: 'creating',
    providerCustomerId: null,
    fingerprint: null,
    crmVersion: null,
    claim: null,
    unsettledUntil: null,
    mergedInto: null,
    absorbed: [],
    candidates: [],
    unreadable: [],
    syncedAt: null,
    lastOutcome: null,
    failure: null,
    revision: 0,
  }
}

/** Made as a tombstone where there was no link: it only keeps a create out. */
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
