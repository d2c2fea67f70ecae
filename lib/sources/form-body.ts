import { badFormat } from './bad-format.ts'
import type { BodyEncoding } from './body-encoding.ts'

/** A form as nested objects: `a[b][c]=1` is `{a: {b: {c: '1'}}}`. Lists (`a[]=1`) are objects with the keys `0`, `1`, …. */
export type Form = { [name: string]: string | Form }

/** PHP's own limit of keys. */
const maxPairs = 1000
const maxDepth = 6

/**
 * Parses an `application/x-www-form-urlencoded` body with PHP's brackets in its names. Throws WebhookRejected 400
 * (`BAD_FORMAT`) for more than 1,000 keys, names of more than 6 levels, `__proto__`, unbalanced brackets, a name that is
 * given twice or is both a value and a group, and bytes that are not UTF-8 or not percent-encoded. Errors quote nothing of the body.
 */
export function parseForm(body: Uint8Array): Form {
  const pairs = textOf(body).split('&', maxPairs + 1)
  if (pairs.length > maxPairs) throw notTheForm(`expected at most ${maxPairs} keys`)
  const form: Form = Object.create(null)
  for (const pair of pairs) {
    if (pair === '') continue
    const [name, value] = splitPair(pair)
    insert(form, pathOf(decoded(name)), decoded(value))
  }
  return form
}

/** The values that a form has for exactly this name, also where the rest of the body cannot be parsed. Never throws. */
export function formValues(body: Uint8Array, name: string): readonly string[] {
  return Buffer.from(body)
    .toString('latin1')
    .split('&', maxPairs + 1)
    .map(splitPair)
    .filter(([key]) => tryDecode(key) === name)
    .flatMap(([, value]) => tryDecode(value) ?? [])
}

/** The body with this value in place of each that it has for the name, or before the others. All other bytes stay. Never throws. */
export function withFormValue(body: Uint8Array, name: string, value: string): Uint8Array {
  const pair = `${encoded(name)}=${encoded(value)}`
  const pairs = Buffer.from(body).toString('latin1').split('&')
  const isNamed = (each: string) => tryDecode(splitPair(each)[0]) === name
  const signed = pairs.some(isNamed)
    ? pairs.map((each) => (isNamed(each) ? pair : each))
    : [pair, ...pairs.filter((each, _, { length }) => length > 1 || each !== '')]
  return Buffer.from(signed.join('&'), 'latin1')
}

/** Forms with PHP's brackets, for samples and tests. What JSON has besides text becomes text, null an empty one. */
export const formBody: BodyEncoding = {
  mediaType: 'application/x-www-form-urlencoded',
  extension: '.form',
  encode: (value) => Buffer.from(pairsOf(value).join('&'), 'utf8'),
  decode: parseForm,
}

function pairsOf(value: unknown, name = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${name}=${encoded(String(value ?? ''))}`]
  return Object.entries(value).flatMap(([key, inner]) =>
    pairsOf(inner, name === '' ? encoded(key) : `${name}%5B${encoded(key)}%5D`),
  )
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+')
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw notTheForm('expected UTF-8')
  }
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

function decoded(text: string): string {
  const plain = tryDecode(text)
  if (plain === undefined) throw notTheForm('expected percent-encoded UTF-8')
  return plain
}

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** `a[b][]` is `['a', 'b', '']`. */
function pathOf(name: string): readonly string[] {
  const [, first, brackets = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? []
  if (first === undefined) throw notTheForm('expected names such as a[b]')
  const path = [first, ...brackets.slice(1, -1).split('][')]
  if (path.length > maxDepth) throw notTheForm(`expected at most ${maxDepth} levels`)
  if (path.includes('__proto__')) throw notTheForm('expected no __proto__')
  return brackets === '' ? [first] : path
}

function insert(form: Form, path: readonly string[], value: string): void {
  let holder = form
  for (const [level, key] of path.entries()) {
    const name = key === '' ? String(Object.keys(holder).length) : key
    const held = holder[name]
    if (level === path.length - 1) {
      if (held !== undefined) throw notTheForm('expected each name once')
      holder[name] = value
    } else {
      const group = held ?? Object.create(null)
      if (typeof group === 'string') throw notTheForm('expected each name once')
      holder[name] = group
      holder = group
    }
  }
}

function notTheForm(expected: string) {
  return badFormat('the body', expected)
}
