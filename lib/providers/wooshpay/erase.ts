import type { RecordRef } from '../../core/model/change.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { Payload } from '../../core/ports/payment-provider.ts'
import { isObject } from '../../support/json.ts'
import { identityOf } from '../metadata.ts'
import type { CustomerAnswer } from './schemas.ts'

const personalFields = ['name', 'email', 'phone', 'description', 'address', 'shipping'] as const

/**
 * What a customer may show that tells nothing about a person. The schema of "Update a customer" lists these besides the
 * personal fields, or hides them as inherited from Stripe's customer. Sources, payment methods, tax ids and whatever
 * else may appear can hold a name, so they are not among them.
 */
const impersonalFields: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'currency',
  'livemode',
  'live_mode',
  'preferred_locales',
  'balance',
  'cash_balance',
  'delinquent',
  'invoice_prefix',
  'next_invoice_sequence',
  'tax_exempt',
  'test_clock',
])

/** The marker that an erasure leaves; also the proof that an answer shows the metadata that was just written. */
const marker = { erased: 'true' } as const

/**
 * The body that overwrites everything personal. Empty strings unset a field, and a metadata key, at Stripe; that they
 * do so here is a guess, which is why `expectErased` looks at the answer.
 */
export function blankPayload(held: CustomerAnswer, ref: RecordRef): Payload {
  const keys = [...Object.keys(metadataOf(held)), 'company_name']
  return {
    ...Object.fromEntries(personalFields.map((field) => [field, ''])),
    metadata: { ...Object.fromEntries(keys.map((key) => [key, ''])), ...identityOf(ref), ...marker },
  }
}

/** Whether an answer after the erasure shows the metadata; WooshPay may leave it out. */
export function showsMetadata(customer: CustomerAnswer): boolean {
  return metadataOf(customer)['erased'] === marker.erased
}

/**
 * Throws Rejected (ERASE_INCOMPLETE) unless the answer proves that nothing personal is left: every field but the
 * impersonal ones is blank or absent, and so is every metadata key but ours. An answer without the metadata proves
 * nothing about it.
 */
export function expectErased(customer: CustomerAnswer, ref: RecordRef): void {
  const left = Object.keys(customer).find(
    (field) => field !== 'metadata' && !impersonalFields.has(field) && !isBlank(customer[field]),
  )
  if (left !== undefined) {
    throw incomplete('WooshPay still shows customer data', /^[a-z_]{1,40}$/.test(left) ? left : undefined)
  }
  if (!showsMetadata(customer)) {
    throw incomplete('WooshPay does not show the metadata, so it is not known what is left of it', 'metadata')
  }
  const ours = { ...identityOf(ref), ...marker }
  const foreign = Object.entries(metadataOf(customer)).filter(([key]) => !Object.hasOwn(ours, key))
  if (!foreign.every(([, value]) => isBlank(value))) {
    throw incomplete('WooshPay still shows customer metadata', 'metadata')
  }
}

function incomplete(finding: string, field: string | undefined): Rejected {
  return new Rejected(
    'ERASE_INCOMPLETE',
    `${finding}: check the customer in its dashboard and ask WooshPay to erase it`,
    { field },
  )
}

function metadataOf({ metadata }: CustomerAnswer): Readonly<Record<string, unknown>> {
  return isObject(metadata) ? metadata : {}
}

/** Truth values say nothing about a person; an empty list object has a type and a URL of its own. */
function isBlank(value: unknown): boolean {
  if (typeof value === 'boolean') return true
  if (!isObject(value)) return Array.isArray(value) ? value.every(isBlank) : !value
  if (value['object'] === 'list' && Array.isArray(value['data'])) return value['data'].length === 0
  return Object.values(value).every(isBlank)
}
