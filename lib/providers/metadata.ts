import type { RecordRef } from '../core/model/change.ts'
import type { Customer } from '../core/model/customer.ts'
import type { FoundCustomer } from '../core/ports/payment-provider.ts'
import { cutText, wellFormed } from '../support/text.ts'

export type Metadata = Readonly<Record<string, string>>

/** Stripe's limits (docs.stripe.com/metadata) as a safe bound; neither provider documents its own. */
export const metadataLimits = { keys: 50, key: 40, value: 500 } as const

/**
 * The owner of a provider customer, as three strings. `crm_record` is `<recordType>:<recordId>`. Sent with every
 * create and update, and used to identify orphaned customers.
 */
export function identityOf(ref: RecordRef): Metadata {
  return {
    crm_source: ref.source,
    crm_account: exactly(ref.account),
    crm_record: exactly(`${ref.recordType}:${ref.recordId}`),
  }
}

/** The keys that this product writes. All other keys belong to the CRM. */
export const ownKeys: ReadonlySet<string> = new Set([
  'crm_source',
  'crm_account',
  'crm_record',
  'company_name',
  'erased',
])

/** Ids are not normalised like text, because two records must never share one. Control characters are escaped. */
const exactly = (id: string): string =>
  cutText(id.toWellFormed().replace(/\p{Cc}/gu, encodeURIComponent), metadataLimits.value)

/**
 * The customer's metadata within the limits, then `extra`, then the identity; later entries win. A key that the CRM
 * emptied (null) becomes `empty`, the provider's value to unset a key, or is omitted when `empty` is undefined. If
 * there are too many keys, the first by name are kept, emptied ones last, so that the same customer always produces
 * the same body.
 */
export function toMetadata<Empty extends '' | null = never>(
  own: Customer['metadata'],
  ref: RecordRef,
  { extra = {}, empty }: { readonly extra?: Metadata; readonly empty?: Empty | undefined } = {},
): Readonly<Record<string, string | Empty>> {
  const ours = { ...extra, ...identityOf(ref) }
  const theirs = Object.entries(own ?? {})
    .map(([key, value]) => [cleanKey(key), cleanValue(value)] as const)
    .filter(([key]) => key !== '' && key !== '__proto__' && !Object.hasOwn(ours, key))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  // By Stripe's rules an empty string unsets a key, so only emptied fields may produce one.
  const filled = new Map(theirs.flatMap(([key, value]) => (value ? [[key, value] as const] : [])))
  const emptied = theirs.flatMap(([key, value]) => (value === null && !filled.has(key) ? [key] : []))
  const blanks = empty === undefined ? [] : emptied.map((key) => [key, empty] as const)
  const room = metadataLimits.keys - Object.keys(ours).length
  return { ...Object.fromEntries([...filled, ...new Map(blanks)].slice(0, room)), ...ours }
}

const cleanValue = (value: string | null): string | null =>
  value === null ? null : cutText(wellFormed(value).trim(), metadataLimits.value)

const cleanKey = (key: string): string =>
  cutText(wellFormed(key).replace(/[[\]]/g, '_').trim(), metadataLimits.key)

/** Whether a customer's metadata names this record as its owner. Missing metadata proves nothing. */
export function ownerOf(metadata: unknown, ref: RecordRef): FoundCustomer['owner'] {
  if (typeof metadata !== 'object' || metadata === null || !('crm_record' in metadata)) return 'unknown'
  const found: Readonly<Record<string, unknown>> = { ...metadata }
  const same = Object.entries(identityOf(ref)).every(([key, value]) => found[key] === value)
  return same ? 'this-record' : 'another-record'
}
