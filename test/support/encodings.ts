/** Encodings in which an error may quote what was sent. */
export type Encoding = (text: string) => string

const between =
  (mark: string): Encoding =>
  (text) =>
    [...text].join(mark)
const each =
  (write: (char: string) => string): Encoding =>
  (text) =>
    [...text].map(write).join('')
const hex = (char: string) => (char.codePointAt(0) ?? 0).toString(16)
const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  é: '&eacute;',
  ï: '&iuml;',
  ' ': '&nbsp;',
}

export const unaccented: Encoding = (text) => text.normalize('NFD').replace(/\p{M}/gu, '')
const base64 =
  (alphabet: 'base64' | 'base64url'): Encoding =>
  (text) =>
    Buffer.from(text).toString(alphabet)
const percent: Encoding = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${hex(char).toUpperCase()}`)
const fullWidth = each((char) =>
  /[!-~]/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char,
)

export const encodings = {
  plain: (text) => text,
  'upper case': (text) => text.toUpperCase(),
  'lower case': (text) => text.toLowerCase(),
  'no accents': unaccented,
  'no accents, upper case': (text) => unaccented(text).toUpperCase(),
  decomposed: (text) => text.normalize('NFD'),
  'full-width': fullWidth,
  spelled: between(' '),
  'spelled with hyphens': between('-'),
  'zero-width spaces': between('\u200b'),
  'soft hyphens': between('\u00ad'),
  'bidirectional marks': (text) => `\u202e${between('\u2066')(text)}\u202c`,
  'line by line': (text) => text.replace(/(.{3})/gsu, '$1\n'),
  'broken by spaces': (text) => text.replace(/(.{3})/gsu, '$1 '),
  'percent-encoded': percent,
  'percent-encoded twice': (text) => percent(percent(text)),
  'every byte percent-encoded': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  form: (text) => new URLSearchParams({ text }).toString().slice('text='.length),
  'JSON escapes': each((char) =>
    [...Array(char.length).keys()]
      .map((index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  ),
  'a JSON string': (text) => JSON.stringify(JSON.stringify(text)),
  'HTML names': each((char) => named[char] ?? char),
  'HTML decimals': each((char) => `&#${char.codePointAt(0)};`),
  'HTML hexadecimals': each((char) => `&#x${hex(char)};`),
  'HTML, percent-encoded': (text) => percent(each((char) => `&#${char.codePointAt(0)};`)(text)),
  base64: base64('base64'),
  'base64 without padding': (text) => base64('base64')(text).replace(/=+$/, ''),
  'url-safe base64': base64('base64url'),
  'base64 as Basic sends it': (text) => base64('base64')(`${text}:`),
  'base64 in base64': (text) => base64('base64')(base64('base64')(text)),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  masked: (text) => `${text.slice(0, Math.ceil(text.length * 0.7))}***`,
  'its end': (text) => `...${text.slice(-Math.ceil(text.length * 0.7))}`,
  'digits in pairs': (text) => text.replace(/\D/g, '').replace(/(\d\d)(?=\d)/g, '$1 ') || text,
  'digits with other separators': (text) => text.replace(/\D/g, '').replace(/(\d{3})(?=\d)/g, '$1/') || text,
  'its last eight digits': (text) => text.replace(/\D/g, '').slice(-8) || text,
  'word by word, turned round': (text) => text.split(/\s+/).toReversed().join(', '),
} as const satisfies Readonly<Record<string, Encoding>>

export const everyEncoding: readonly Encoding[] = Object.values(encodings)
