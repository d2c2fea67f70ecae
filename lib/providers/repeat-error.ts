import type { ErrorBody } from './error-body.ts'
import { acronyms, type KnownWords } from './known-words.ts'

const longestRead = 2_000
const longestMessage = 200
const gap = '…'

/**
 * The parts of a provider's error that our own errors, and so logs, links and dead letters, may contain: `text` to
 * follow "answered 422 to POST", and the invalid field. An error may quote the customer or our key in any form:
 * encoded, folded, split or truncated. Removing what was sent can therefore never be complete, so only allowlisted
 * content is kept:
 *
 * - Known types and fields, and codes made of common words. A field path ends at `metadata`, because the CRM chose
 *   what follows.
 * - A documented sentence as a whole. Its placeholders match a field name or a short number only.
 * - From any other sentence the common words; everything else becomes `…`. This requires `sent` (all texts of the
 *   request), because a common word can be part of a name: a word is dropped if it was sent as it is, without its
 *   accents, as part of a longer word, or split into several. Numbers, and capitalised words that do not begin the
 *   sentence, are dropped too.
 *
 * Pure. The text is one line; its message has at most 200 characters.
 */
export function repeatError(
  { message, type, code, field: saidField }: ErrorBody,
  sent: readonly string[] | undefined,
  words: KnownWords,
): { readonly text: string; readonly field: string | undefined } {
  const known = sent && sentTexts(sent)
  const field = repeatField(words, saidField)
  const facts = [
    type && words.types.has(type) ? type : '',
    code && isPlainCode(code, words, known) ? code : '',
    field ? `field ${field}` : '',
  ].filter((fact) => fact !== '')
  const repeated = repeatMessage(message, words, known)
  return {
    text: `${facts.length > 0 ? ` (${facts.join(', ')})` : ''}${repeated && `: ${repeated}`}`,
    field,
  }
}

function repeatMessage(message: string, words: KnownWords, known: SentTexts | undefined): string {
  const parts = sentencesOf(message.slice(0, longestRead)).map((sentence) => {
    if (words.documented.test(sentence)) return sentence
    return known ? plainPart(sentence, words, known) : gap
  })
  const kept = parts.filter((part, index) => part !== gap || (index > 0 && parts[index - 1] !== gap))
  const line = kept.join(' ').replace(/[.:;,\s]+$/, '')
  if (!/\p{L}/u.test(line)) return ''
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1).trimEnd()}${gap}` : line
}

function repeatField({ fields }: KnownWords, field = ''): string | undefined {
  const parts = field.split(/[.[\]]+/).filter((part) => part !== '')
  const end = parts.indexOf('metadata')
  const known = end < 0 ? parts : parts.slice(0, end + 1)
  const isKnown = known.every((part, index) => fields.has(part) || (index === 1 && /^\d{1,2}$/.test(part)))
  return isKnown && known.length > 0 && known.length <= 4 ? known.join('.') : undefined
}

function isPlainCode(code: string, { plain }: KnownWords, known: SentTexts = sentTexts([])): boolean {
  const words = code.split('_')
  return words.length <= 6 && words.every((word) => plain.has(word) && !wasSent(word, known))
}

/** Sentences with their final punctuation. A colon also ends one, because it often separates two documented messages. */
function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.:;!?])\s+|[\r\n]+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '')
}

function plainPart(sentence: string, common: KnownWords, known: SentTexts): string {
  const [, text = '', end = ''] = /^(.*?)([.:;!?]*)$/.exec(sentence) ?? []
  const words = text.split(' ').map((token) => token.replace(/^["'(<[{`]+|["')>\]}`,]+$/g, ''))
  const plain = words.map(
    (word, index) => isPlain(word, index === 0, common) && !wasSent(word.toLowerCase(), known),
  )
  // A capitalised first word may be a name unless a common word follows. A single letter may be part of a name.
  if (/^[A-Z]/.test(words[0] ?? '') && !plain[1]) plain[0] = false
  for (const [index, word] of words.entries()) {
    if (/^a$/i.test(word))
      plain[index] = plain[index + 1] === true && (index === 0 || plain[index - 1] === true)
  }
  for (const index of splitWords(words, plain, known)) plain[index] = false
  if (plain.filter(Boolean).length < 2) return gap
  const shown = words.map((word, index) => (plain[index] ? word : gap)).join(' ')
  return `${shown.replace(/…(?: …)+/g, gap)}${end}`
}

function isPlain(word: string, isFirst: boolean, { plain }: KnownWords): boolean {
  if (acronyms.has(word)) return true
  return (isFirst ? /^[A-Za-z][a-z'-]+$/ : /^[a-z][a-z'-]+$/).test(word) && plain.has(word.toLowerCase())
}

/** The indexes of adjacent common words that together spell a word that was sent: `An` `is` for Anis. */
function splitWords(
  words: readonly string[],
  plain: readonly boolean[],
  { words: sent, wholes }: SentTexts,
): number[] {
  const found: number[] = []
  for (const start of words.keys()) {
    let joined = ''
    for (let end = start; plain[end] && end < start + 8; end += 1) {
      joined += words[end]?.toLowerCase()
      if (end > start && (sent.has(joined) || wholes.has(joined))) {
        for (let index = start; index <= end; index += 1) found.push(index)
      }
    }
  }
  return found
}

/** The texts that were sent, normalised for comparison: lower case, no accents, no invisible characters. */
type SentTexts = { readonly words: ReadonlySet<string>; readonly wholes: ReadonlySet<string> }

function sentTexts(texts: readonly string[]): SentTexts {
  const folded = texts.map((text) =>
    text
      .slice(0, longestRead)
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}\p{Cc}]/gu, '')
      .toLowerCase(),
  )
  return {
    words: new Set(folded.flatMap((text) => text.match(/[a-z]{2,}/g) ?? [])),
    wholes: new Set(folded.map((text) => text.replace(/[^a-z]/g, ''))),
  }
}

function wasSent(word: string, { words }: SentTexts): boolean {
  if (words.has(word)) return true
  if (word.length < 4) return false
  return words.values().some((sent) => sent.includes(word) || (sent.length > 3 && word.startsWith(sent)))
}
