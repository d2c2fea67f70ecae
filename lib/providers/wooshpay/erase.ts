import type { RecordRef } from '../../core/model/change.ts'
import { Rejected } from '../../core/model/errors.ts'
import type { Payload } from '../../core/ports/payment-provider.ts'
import { isObject } from '../../support/json.ts'
import { identityOf } from '../metadata.ts'
import type { CustomerAnswer } from './schemas.ts'

const personalFields = ['name', 'email', 'phone', 'description', 'address', 'shipping'] as const

/**
 * Fields that reveal nothing about a person. The schema of "Update a customer" lists them besides the personal
 * fields, or they follow from Stripe's customer object. Sources, payment methods, tax ids and other objects can
 * contain a name, so they are not included.
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

/** The marker that an erasure writes. It also proves that a response shows the metadata that was just written. */
const marker = { erased: 'true' } as const

/**
 * The body that overwrites all personal data. At Stripe, empty strings unset fields and metadata keys. That WooshPay
 * does the same is a guess, so `expectErased` checks the response.
 */
export function blankPayload(held: CustomerAnswer, ref: RecordRef): Payload {
  const keys = [...Object.keys(metadataOf(held)), 'company_name']
  return {
    ...Object.fromEntries(personalFields.map((field) => [field, ''])),
    metadata: { ...Object.fromEntries(keys.map((key) => [key, ''])), ...identityOf(ref), ...marker },
  }
}

/** Whether a response to the erasure contains the metadata; WooshPay may omit it. */
export function showsMetadata(customer: CustomerAnswer): boolean {
  return metadataOf(customer)['erased'] === marker.erased
}

/**
 * Throws Rejected (ERASE_INCOMPLETE) unless the response proves that no personal data is left: all fields except the
 * impersonal ones, and all metadata keys except ours, must be blank or absent. A response without metadata proves
 * nothing about the metadata.
 */
export function expectErased(customer: CustomerAnswer, ref: RecordRef): void {
  const left = Object.keys(customer).find(
    (field) => field !== 'metadata' && !impersonalFields.has(field) && !isBlank(customer[field]),
  )
  if (left !== undefined) {
    throw incomplete('WooshPay still shows customer data', /^[a-z_]{1,40}$/.test(left) ? left : undefined)
  }
  if (!showsMetadata(customer)) {
    throw incomplete('WooshPay does not show the metadata, so it is unknown what is left of it', 'metadata')
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

/** Booleans reveal nothing about a person. An empty list object still has a type and a URL. */
function isBlank(value: unknown): boolean {
  if (typeof value === 'boolean') return true
  if (!isObject(value)) return Array.isArray(value) ? value.every(isBlank) : !value
  if (value['object'] === 'list' && Array.isArray(value['data'])) return value['data'].length === 0
  return Object.values(value).every(isBlank)
}
