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
  const isIn = finderIn(plain)
  const isInFolded = finderIn(folded(plain))
  return texts.flatMap((text) => {
    if (isInFolded(folded(text))) return [text]
    const form = formsOf(text).find((it) => isIn(it.toLowerCase()))
    return form === undefined ? [] : [form === text ? text : `${text} as ${form}`]
  })
}

/** Whether a text occurs in a long one. Most do not, which their parts of four characters show without a search. */
function finderIn(long: string): (text: string) => boolean {
  // Looked up once: in Jest, each look at a global takes long.
  const { imul } = Math
  const partLength = 4
  const seen = new Uint8Array(1 << 22)
  const place = (text: string, start: number) => {
    let hash = 0
    for (let at = start; at < start + partLength; at += 1) hash = imul(hash, 31) + text.charCodeAt(at)
    return imul(hash, 0x9e3779b1) >>> 10
  }
  for (let start = 0; start + partLength <= long.length; start += 1) seen[place(long, start)] = 1
  return (text) => {
    for (let start = 0; start + partLength <= text.length; start += 1) {
      if (seen[place(text, start)] === 0) return false
    }
    return long.includes(text)
  }
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
