import fc from 'fast-check'
import type { RecordRef } from '../../lib/core/model/change.ts'
import type { Address, Customer } from '../../lib/core/model/customer.ts'
import { type ClearableField, clearableFields } from '../../lib/core/model/provider.ts'
import { anyText } from '../support/any-text.ts'

const someText = fc.oneof(
  anyText({ maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 200, maxLength: 600 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '__proto__', '👩‍👩‍👧'.repeat(80)),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(fc.option(value, { nil: null }), { nil: undefined })
const said = maybe(someText)
const anyCountry = maybe(fc.oneof(fc.constantFrom('CM', 'VN'), someText))

const anyAddress: fc.Arbitrary<Address> = fc.record(
  { line1: said, line2: said, city: said, state: said, postalCode: said, country: anyCountry },
  { requiredKeys: [] },
)

/** Arbitrary customers, including ones that no source would create: any string anywhere, e-mails and phones above all. */
export const anyCustomer: fc.Arbitrary<Customer> = fc.record(
  {
    name: fc.record({ given: said, family: said, full: said }, { requiredKeys: [] }),
    email: maybe(fc.oneof(fc.emailAddress(), someText)),
    phone: maybe(fc.oneof(fc.constant('+237699001122'), someText)),
    companyName: said,
    description: said,
    address: maybe(anyAddress),
    billing: maybe(anyAddress),
    shipping: maybe(fc.record({ name: said, phone: said, address: maybe(anyAddress) }, { requiredKeys: [] })),
    metadata: fc.dictionary(someText, fc.option(someText), { maxKeys: 70 }),
    unreadable: fc.subarray(['phone', 'email', 'address.country']),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Customer>

export const anyRef: fc.Arbitrary<RecordRef> = fc.record({
  source: fc.constantFrom('hubspot', 'pipedrive', 'standard-webhooks'),
  account: anyText({ minLength: 1, maxLength: 256 }).filter((text) => text.length <= 256),
  recordType: fc.constantFrom('contact', 'company', 'lead'),
  recordId: anyText({ minLength: 1, maxLength: 200 }).filter((text) => text.length <= 256),
})

export const anyClear: fc.Arbitrary<ReadonlySet<ClearableField>> = fc
  .subarray([...clearableFields])
  .map((fields) => new Set(fields))
