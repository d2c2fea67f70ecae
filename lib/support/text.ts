/**
 * Cuts to at most `max` UTF-16 units, never inside a surrogate pair or a grapheme. UTF-16 units are the safe unit:
 * the result also fits where the recipient counts code points or characters.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  // The segmenter is slow on long texts, so it only sees the text around the cut.
  const start = Math.max(0, max - 128)
  const near = text.slice(start, max + 128)
  const grapheme = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(near).containing(max - start)
  const boundary = start + (grapheme?.index ?? 0)
  // A grapheme with dozens of combining marks would be dropped as a whole, so cut between code points instead.
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

/**
 * One well-formed line: lone surrogates become U+FFFD, line breaks and tabs become a space, other control characters
 * are removed.
 */
export function wellFormed(text: string): string {
  return text.toWellFormed().replace(lineBreaks, ' ').replace(controls, '')
}

/**
 * The text in NFC. Each run of combining marks is cut to 30, as in Unicode's Stream-Safe Text Format (UAX #15): no
 * language needs more, and sorting a run takes quadratic time.
 */
export function toNfc(text: string): string {
  return text.replace(/(\p{M}{30})\p{M}+/gu, '$1').normalize('NFC')
}
