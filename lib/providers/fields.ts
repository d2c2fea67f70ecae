import type { RecordRef } from '../core/model/change.ts'
import { type Address, type Customer, fullName } from '../core/model/customer.ts'
import { Rejected } from '../core/model/errors.ts'
import type { ClearableField } from '../core/model/provider.ts'
import { toEmail } from '../support/email.ts'
import { cutText, wellFormed } from '../support/text.ts'

/** As in `Customer`: a value, null when the CRM field is empty, undefined when the CRM did not provide it. */
type Provided<T> = T | null | undefined

/** One trimmed, well-formed line of at most `max` UTF-16 units; longer text is cut. Blank text counts as empty. */
export function readText(value: Provided<string>, max: number): Provided<string> {
  if (value === undefined || value === null) return value
  return cutText(wellFormed(value).trim(), max) || null
}

/**
 * The trimmed e-mail; undefined when it is invalid. Throws Rejected when it exceeds the provider's limit, because a
 * cut address would belong to someone else.
 */
export function readEmail(value: Provided<string>, max: number): string | undefined {
  const email = toEmail(value ?? '')
  if (email === undefined || email.length <= max) return email
  throw new Rejected(
    'EMAIL_TOO_LONG',
    `the e-mail is longer than the ${max} characters that the provider accepts: shorten it in the CRM`,
    { field: 'email' },
  )
}

/** The phone number when it is valid E.164; undefined otherwise. */
export function readPhone(value: Provided<string>): string | undefined {
  return value && /^\+[1-9]\d{4,14}$/.test(value) ? value : undefined
}

/** A company uses its company name. A person without a name falls back to the company name. */
export function readName(customer: Customer, ref: RecordRef, max: number): Provided<string> {
  const person = readText(fullName(customer), max)
  const company = readText(customer.companyName, max)
  const [first, second] = ref.recordType === 'company' ? [company, person] : [person, company]
  if (first || second) return first || second
  const candidates = ref.recordType === 'company' ? [company] : Object.values(customer.name ?? {})
  return candidates.includes(null) ? null : undefined
}

/** Maps an empty CRM field to the provider's `empty` value if it may be cleared; otherwise the field is omitted. */
export function emptyAs<Empty>(empty: Empty, clear: ReadonlySet<ClearableField>) {
  const put = (field: ClearableField, value: Provided<string>): string | Empty | undefined =>
    value ?? (value === null && clear.has(field) ? empty : undefined)

  /**
   * The complete address in the provider's field names, because neither provider documents whether partial addresses
   * are merged.
   */
  const putAddress = (
    field: ClearableField,
    address: Provided<Address>,
    names: AddressNames,
    max: number,
  ): Record<string, string | Empty> | Empty | undefined => {
    if (!address) return address === null && clear.has(field) ? empty : undefined
    const parts = Object.entries(names).map(([part, name]) => {
      const value =
        part === 'country' ? readCountry(address.country) : readText(address[part as keyof Address], max)
      return [name, value] as const
    })
    if (!parts.some(([, value]) => value)) {
      return parts.some(([, value]) => value === null) && clear.has(field) ? empty : undefined
    }
    return defined(Object.fromEntries(parts.map(([name, value]) => [name, put(field, value)])))
  }
  return { put, putAddress }
}

/** Our name of each address part → the provider's name. */
export type AddressNames = Readonly<Record<keyof Address, string>>

const readCountry = (value: Provided<string>): Provided<string> =>
  value === null || (value && /^[A-Z]{2}$/.test(value)) ? value : undefined

/** Removes undefined values, so that the same customer always produces deeply equal bodies. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>
}
type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }
