import type { Sample } from '../../lib/operator/samples/samples.ts'
import { encodingOf } from './a-source.ts'

/** The body of a sample as a JSON value, whatever its format. */
export function contentOf(sample: Sample): unknown {
  return encodingOf(sample).decode(sample.body)
}

/** Every name, e-mail, phone, address and note in a sample or in its CRM record. */
export function personalTexts(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => personalTexts(item, key))
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, item]) => personalTexts(item, name))
  }
  const personal =
    /^(firstname|lastname|lastName|companyTitle|title|ADDRESS_1|ADDRESS_2|first_name|last_name|name|given|family|full|email|phone|mobilephone|address|line1|line2|address_line1|street|route|zip|postal_code|postalCode|description|value|propertyValue|formatted_address|phoneNumber|fullname|companyname|emailaddress1|telephone1|address1_line1|FirstName|LastName|Name|Company|PersonEmail|Email|Phone|MobilePhone|PersonMobilePhone|\w*Street)$/
  // Short digits, booleans and record ids also occur in log lines for other reasons.
  const telling =
    typeof value === 'string' &&
    value.length >= 5 &&
    !/^(\d{5}|false|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/.test(value)
  return personal.test(key) && telling ? [value] : []
}

/**
 * The texts that occur in the written output, in any encoding, and regardless of accents, width and invisible
 * characters. Sealed texts are excluded: in that much random data, any short word occurs by chance.
 */
export function leaksIn(written: string, texts: readonly string[]): string[] {
  const plain = written.replace(/v\d\.[\w.-]{20,}/g, '').toLowerCase()
  const foldedPlain = folded(plain)
  return texts.flatMap((text) => {
    if (foldedPlain.includes(folded(text))) return [text]
    const form = formsOf(text).find((it) => plain.includes(it.toLowerCase()))
    return form === undefined ? [] : [form === text ? text : `${text} as ${form}`]
  })
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()

export function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const forms = [
    text,
    json,
    json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    encodeURIComponent(text),
    new URLSearchParams({ text }).toString().slice('text='.length),
    Buffer.from(text).toString('hex'),
    // For short texts, the encoded form is short enough to occur by chance.
    ...(text.length < 8 ? [] : [0, 1, 2].flatMap((offset) => base64Of(text, offset))),
  ]
  return [...new Set(forms)]
}

/** The base64 form of the text when it starts at this byte of three, without characters shared with its neighbours. */
function base64Of(text: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
  const start = Math.ceil((offset * 8) / 6)
  const end = Math.floor((bytes.length * 8) / 6)
  return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(start, end))
}
