import type { RecordRef } from '../core/model/change.ts'
import { type Address, type Customer, fullName } from '../core/model/customer.ts'
import { Rejected } from '../core/model/errors.ts'
import type { ClearableField } from '../core/model/provider.ts'
import { toEmail } from '../support/email.ts'
import { cutText, wellFormed } from '../support/text.ts'

/** As in `Customer`: a value, null where the CRM's field is empty, undefined where nothing was said. */
type Said<T> = T | null | undefined

/** One trimmed, well-formed line of at most `max` UTF-16 units; longer text is cut. What is blank is empty. */
export function readText(value: Said<string>, max: number): Said<string> {
  if (value === undefined || value === null) return value
  return cutText(wellFormed(value).trim(), max) || null
}

/**
 * The e-mail, trimmed; undefined when there is none that could be one. Throws Rejected when it is longer than the
 * provider takes: an address cut short would be somebody else's.
 */
export function readEmail(value: Said<string>, max: number): string | undefined {
  const email = toEmail(value ?? '')
  if (email === undefined || email.length <= max) return email
  throw new Rejected(
    'EMAIL_TOO_LONG',
    `the e-mail is longer than the ${max} characters the provider takes: shorten it in the CRM`,
    { field: 'email' },
  )
}

/** The phone number in E.164; undefined when it is anything else. */
export function readPhone(value: Said<string>): string | undefined {
  return value && /^\+[1-9]\d{4,14}$/.test(value) ? value : undefined
}

/** A company's name is the company's; a person's falls back to the company's where the person has none. */
export function readName(customer: Customer, ref: RecordRef, max: number): Said<string> {
  const person = readText(fullName(customer), max)
  const company = readText(customer.companyName, max)
  const [first, second] = ref.recordType === 'company' ? [company, person] : [person, company]
  if (first || second) return first || second
  const saidEmpty = ref.recordType === 'company' ? [company] : Object.values(customer.name ?? {})
  return saidEmpty.includes(null) ? null : undefined
}

/** Whether an empty CRM field becomes the provider's `empty` value or is left out, by what may be cleared. */
export function emptyAs<Empty>(empty: Empty, clear: ReadonlySet<ClearableField>) {
  const put = (field: ClearableField, value: Said<string>): string | Empty | undefined =>
    value ?? (value === null && clear.has(field) ? empty : undefined)

  /** The whole address under the provider's own names, as neither provider says whether it would merge a part of one. */
  const putAddress = (
    field: ClearableField,
    address: Said<Address>,
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

/** Our name of each part of an address → the provider's. */
export type AddressNames = Readonly<Record<keyof Address, string>>

const readCountry = (value: Said<string>): Said<string> =>
  value === null || (value && /^[A-Z]{2}$/.test(value)) ? value : undefined

/** The object without its undefined values, so that the same customer always gives deeply equal bodies. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>
}
type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }
