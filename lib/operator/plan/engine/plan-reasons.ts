import { toFailure } from '../../../core/failures/retry.ts'
import type { LinkFailed } from '../../../core/links/link-failed.ts'
import type { Failure, Link } from '../../../core/model/link.ts'
import type { Outcome } from '../../../core/model/link-history.ts'
import type { ProviderCustomerId } from '../../../core/model/provider.ts'
import { isErased, mergedInto } from '../../../core/model/record-book.ts'
import type { ChangedField } from './changed-fields.ts'
import type { RecordPlan } from './plan-batch.ts'
import type { LinkChange } from './recorded-links.ts'
import { isPlanned, type ProviderCall } from './recorded-provider.ts'

/** Why a plan says what it says, in words. No text holds customer data. */

export function describeFailure(error: unknown): string {
  return inWords(toFailure(error, null, new Date(), 1))
}

export function describeLinkFailure({ failure, link }: LinkFailed, calls: readonly ProviderCall[]): string {
  const isErasedToo = calls.some(({ kind, provider }) => kind === 'erase' && provider === link.provider)
  const erased = isErasedToo ? "; an erased record's data is erased from the customer" : ''
  const candidates = link.candidates.length > 0 ? `: ${link.candidates.join(', ')}` : ''
  return `${inWords(failure, candidates)}${erased}`
}

function inWords({ reason, code, retryable }: Failure, details = ''): string {
  return `${reason}${details} (${code})${retryable ? ', it would be tried again' : ''}`
}

export function describeCreate(calls: readonly ProviderCall[], change: LinkChange | null): string | null {
  const missing = calls.find((call) => call.kind === 'missing')
  if (missing) return `${missing.provider} no longer has ${missing.id}`
  if (!change?.before?.claim) return null
  return 'an earlier create has had no answer: it is completed, not made twice'
}

type Update = Extract<ProviderCall, { kind: 'update' }>

export function describeUpdate(
  { id, provider, unread }: Update,
  calls: readonly ProviderCall[],
  fields: readonly ChangedField[],
  change: LinkChange | null,
  plan: RecordPlan | null,
): string | null {
  const before = change?.before ?? null
  const isAdopted = plan?.outcomes.some(
    ({ outcome, links }) => outcome === 'adopted' && links.some((link) => link.provider === provider),
  )
  const isTakenOver = !isAdopted && before?.providerCustomerId !== id
  const reasons = [
    ...(isAdopted ? [`adopts ${id}, which ${provider} has already`] : []),
    ...(isTakenOver ? [takeOver(id)] : []),
    ...(calls.some(({ kind }) => kind === 'unblock') ? ['the customer is unblocked'] : []),
    ...(unread === null
      ? describeFields(fields, before)
      : [`what ${provider} shows is not known (${unread})`]),
  ]
  return reasons.length > 0 ? reasons.join('; ') : null
}

/** A customer that exists in the plan only has no id to show. */
function takeOver(id: ProviderCustomerId | null): string {
  return id === null || isPlanned(id)
    ? 'takes over the customer of a merged record'
    : `takes over ${id} from a merged record`
}

function describeFields(fields: readonly ChangedField[], before: Link | null): readonly string[] {
  if (fields.length > 0) return []
  const isUnknown = before !== null && before.fingerprint === null
  const why = isUnknown
    ? 'what the provider holds is unknown, so everything is sent'
    : 'what is sent is different'
  return [`${why}, but nothing that the provider shows would change`]
}

/** A link that ends or changes hands. `calls` are those at its provider. */
export function describeEnd(
  calls: readonly ProviderCall[],
  change: LinkChange | null,
  all: readonly LinkChange[],
): string {
  const did = (kind: ProviderCall['kind']) => calls.some((call) => call.kind === kind)
  const { state, mergedInto: survivor, providerCustomerId } = change?.after ?? {}
  if (state === 'merged') {
    const goes = all.some(
      ({ after }) => after.ref.recordId === survivor && after.providerCustomerId === providerCustomerId,
    )
    return `the CRM merged this record into ${survivor}: ${goes ? 'that record takes over its customer' : 'its customer is left over'}`
  }
  if (state === 'erased') return "the CRM erased this record for privacy: the customer's data is erased"
  if (state !== 'closed') {
    if (did('erase')) return "an erased record's data is erased from the customer"
    return takeOver(providerCustomerId ?? null)
  }
  const fate = did('erase')
    ? 'deleted (policies.onDelete)'
    : did('block')
      ? 'blocked (policies.onDelete)'
      : 'kept'
  return `the CRM deleted this record: the link is closed, and the customer is ${fate}`
}

/** Why nothing would be done at a provider; null where nothing has changed. */
export function describeSame(outcome: Outcome): string | null {
  if (outcome === 'superseded') return 'a newer state has been synced already'
  return outcome === 'closed' ? 'the CRM deleted this record, and the link is closed already' : null
}

/** The row of a record that concerns no provider; none for a change that only concerns other records. */
export function describeRecord({ outcomes, readAgainAfter, book }: RecordPlan) {
  if (outcomes.length === 0 && readAgainAfter !== null) {
    const reason = `the CRM may still show an older state: it would be read again after ${readAgainAfter} s`
    return [{ provider: null, action: 'fail' as const, reason }]
  }
  return outcomes
    .slice(0, 1)
    .map(({ outcome }) =>
      outcome === 'not-routed'
        ? { provider: null, action: outcome, reason: 'no route of sync.config.ts takes this customer' }
        : { provider: null, action: 'unchanged' as const, reason: describeWhole(outcome, book) },
    )
}

function describeWhole(outcome: Outcome, book: RecordPlan['book']): string | null {
  switch (outcome) {
    case 'closed':
      return 'the CRM does not have this record: no customer is created'
    case 'erased':
      return 'the CRM erased this record for privacy: no provider has a customer of it'
    case 'superseded': {
      if (book && isErased(book)) return 'the record was erased for privacy, and is never synced again'
      const survivor = book && mergedInto(book)
      return survivor
        ? `the CRM merged this record into ${survivor}`
        : 'a newer state has been synced already'
    }
    default:
      return book && book.links.length > 0
        ? 'the CRM deleted this record, and its links are closed already'
        : null
  }
}
