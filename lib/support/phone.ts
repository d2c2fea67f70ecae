// The small metadata. Exact number ranges add 76 kB and go stale when carriers open new ones.
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Code point of each script's zero; its ten digits are consecutive. NFKC already folds full-width digits. */
const digitZeros = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50,
  0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810, 0x1e950,
]

/** Longer texts are not phone numbers and are not searched. */
const maxLength = 250

/**
 * A phone number in E.164 (`+237677123456`), or undefined when it does not fit its country's numbering plan. A number
 * without a country code is read as a number of `country` (ISO 3166-1 alpha-2); without that hint it is not guessed.
 * If a field contains several numbers, the first valid one is used. Never throws.
 */
export function toE164(text: unknown, country?: string | null): string | undefined {
  if (typeof text !== 'string' || text.length > maxLength) return undefined
  const typed = asciiDigits(text.normalize('NFKC')).trim()
  const hint = country && isSupportedCountry(country) ? country : undefined
  return [typed, ...typed.split(/[/;,|\n]/)]
    .flatMap((candidate) => [candidate, candidate.trim().replace(/^00\s?/, '+')])
    .map((candidate) => validE164(candidate, hint))
    .find((number) => number !== undefined)
}

/** The country of an E.164 number, or undefined when it has none (satellite, freephone) or is invalid. Never throws. */
export function phoneCountry(e164: string): string | undefined {
  const parsed = parsePhoneNumberFromString(e164)
  return parsed?.isValid() ? parsed.country : undefined
}

function validE164(candidate: string, hint: Parameters<typeof parsePhoneNumberFromString>[1]) {
  const parsed = parsePhoneNumberFromString(candidate, hint)
  return parsed?.isValid() ? parsed.number : undefined
}

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0
    const zero = digitZeros.find((start) => code >= start && code <= start + 9)
    return zero === undefined ? digit : String(code - zero)
  })
}
