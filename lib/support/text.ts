/**
 * Cuts to at most `max` UTF-16 units, never inside a surrogate pair or a grapheme. UTF-16 units are the safe count:
 * what fits in them also fits where the other side counts code points or characters.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  // Only the neighbourhood of the cut matters, and the segmenter is slow on long texts.
  const start = Math.max(0, max - 128)
  const near = text.slice(start, max + 128)
  const grapheme = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(near).containing(max - start)
  const boundary = start + (grapheme?.index ?? 0)
  // A "grapheme" with dozens of combining marks would take everything with it: cut between code points then.
  const end = max - boundary > 64 || boundary === 0 ? codePointBoundary(text, max) : boundary
  return text.slice(0, end).trimEnd()
}

function codePointBoundary(text: string, max: number): number {
  const code = text.charCodeAt(max)
  return code >= 0xdc00 && code <= 0xdfff ? max - 1 : max
}

const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/** One well-formed line: lone surrogates become U+FFFD, line breaks and tabs a space, other control characters go. */
export function wellFormed(text: string): string {
  return text.toWellFormed().replace(lineBreaks, ' ').replace(controls, '')
}

/**
 * The text in NFC. Of a run of combining marks the first thirty stay, as in Unicode's Stream-Safe Text Format (UAX #15):
 * no language needs more, and sorting a run takes time by the square of its length.
 */
export function toNfc(text: string): string {
  return text.replace(/(\p{M}{30})\p{M}+/gu, '$1').normalize('NFC')
}

const longestRead = 2_000
const longestMessage = 200
const gap = '…'

const personal: readonly RegExp[] = [
  /[^\s@"'<>]{1,64}@[^\s@"'<>]{1,255}/gu,
  /"[^"]{0,500}"|“[^”]{0,500}”|«[^»]{0,500}»|`[^`]{0,500}`/gu,
  // An apostrophe inside a word is no quote.
  /(?<![\p{L}\p{N}])'[^']{0,500}'(?![\p{L}\p{N}])/gu,
  /\+?\p{Nd}(?:[\s().-]?\p{Nd}){4,}/gu,
]

/**
 * Somebody else's message as one short line without personal data: e-mails, quoted values, long runs of digits and
 * whatever of `sentValues` (each as a whole and word by word) occurs in it are taken out, be it encoded for a URL, for
 * JSON or for HTML.
 */
export function scrub(message: string, sentValues: readonly string[] = []): string {
  let line = oneLine(message.slice(0, longestRead))
  const sent = sentPattern(sentValues)
  if (sent) line = line.replace(sent, gap)
  for (const pattern of personal) line = line.replace(pattern, gap)
  line = line.replace(/…(?:[\s…]*…)+/g, gap)
  return line.length > longestMessage ? `${cutText(line, longestMessage - 1)}${gap}` : line
}

const oneLine = (text: string): string =>
  wellFormed(decoded(text)).normalize('NFC').replace(/\s+/g, ' ').trim()

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** Percent-encoding, JSON's `\u…` and HTML's character references, read as what they stand for. */
function decoded(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, percentDecoded)
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(\w{2,4}));/gi, (whole, decimal, hex, name) =>
      name ? (entities[name.toLowerCase()] ?? whole) : String.fromCodePoint(Number(decimal ?? `0x${hex}`)),
    )
}

function percentDecoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    // Cut off in the middle of a character, or no UTF-8.
    return gap
  }
}

function sentPattern(values: readonly string[]): RegExp | undefined {
  const wholes = new Set<string>()
  const words = new Set<string>()
  for (const value of values) {
    const line = oneLine(value.slice(0, longestRead))
    if (line.length > 3) wholes.add(line)
    else if (line.length > 1) words.add(line)
    for (const word of line.split(/[^\p{L}\p{N}\p{M}]+/u)) if (word.length > 2) words.add(word)
  }
  const any = (texts: Set<string>) => [...texts].sort(longestFirst).map(escapeRegExp).join('|')
  const patterns: string[] = []
  if (wholes.size > 0) patterns.push(any(wholes))
  // Short ones only as whole words: "Ama" sent must not eat holes into every "amazing" received.
  if (words.size > 0) patterns.push(`${edge('<!')}(?:${any(words)})${edge('!')}`)
  return patterns.length > 0 ? new RegExp(patterns.join('|'), 'giu') : undefined
}

/** Scripts written without spaces have no word edges to look for. */
const edge = (look: '<!' | '!'): string => `(?${look}[\\p{Script=Latin}\\p{N}])`

const longestFirst = (a: string, b: string): number => b.length - a.length

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
