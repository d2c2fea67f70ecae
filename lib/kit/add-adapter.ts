import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { BadInput } from '../operator/errors.ts'

/** The names of a new source or provider in the forms that the templates need. */
type Names = {
  /** The folder's name, and that in a webhook's path: `my-crm`. */
  readonly name: string
  /** In the vendor's spelling: `My CRM`. */
  readonly title: string
  /** In identifiers: `myCrm`. */
  readonly camel: string
  /** In variables: `MY_CRM`. */
  readonly upper: string
}

/** What is added for a source, or for a provider. */
export type Kit = {
  /** In messages. */
  readonly kind: string
  /** The made-up vendor of the template, in lower case. */
  readonly example: string
  /** The files and folders that are copied: where in lib/kit → where in the project, `*` for the name. */
  readonly copies: Readonly<Record<string, string>>
  /** The files of the project that get a line: path → what becomes of the text. */
  readonly lists: Readonly<Record<string, (text: string, names: Names) => string>>
  /** What to do next, in whole lines. */
  readonly next: (name: string) => readonly string[]
}

/** The folders of the project whose names are taken: a source and a provider of one name would share their variables. */
const homes = { source: 'lib/sources', provider: 'lib/providers' } as const

/**
 * Writes a source or a provider from its template to the project. Returns the paths that were written. Throws BadInput for a
 * name or a title that is not possible or taken, before anything is written.
 */
export function addAdapter(kit: Kit, name: string, title: string, root: string): readonly string[] {
  refuse(name, title, root)
  const names: Names = {
    name,
    title,
    camel: toCamel(name),
    upper: name.replaceAll('-', '_').toUpperCase(),
  }
  const copied = Object.entries(kit.copies)
    .flatMap(([from, to]) => readAll(join(import.meta.dirname, from), to.replace('*', name)))
    .map(([path, text]) => [path, renamed(moved(text), kit.example, names)] as const)
  const listed = Object.entries(kit.lists).map(
    ([path, change]) => [path, change(readFileSync(join(root, path), 'utf8'), names)] as const,
  )
  const written = [...copied, ...listed]
  for (const [path, text] of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return written.map(([path]) => path)
}

function refuse(name: string, title: string, root: string): void {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new BadInput(`${name}: expected lower-case letters, digits and hyphens, such as acme-pay`)
  }
  if (!isIdentifier(toCamel(name))) throw new BadInput(`${name}: is a word of JavaScript`)
  if (!/^[^'"`\\$\p{Cc}]{1,60}$/u.test(title)) {
    throw new BadInput('--title: expected at most 60 characters, without quotation marks')
  }
  const taken = Object.entries(homes).find(([, home]) => existsSync(join(root, home, name)))
  if (taken) throw new BadInput(`there is a ${taken[0]} ${name} already`)
}

const toCamel = (name: string) => name.replaceAll(/-+(.)?/g, (_, letter = '') => letter.toUpperCase())

/** Compiles a declaration of it, and runs nothing. */
function isIdentifier(word: string): boolean {
  try {
    new Script(`'use strict'; async () => { const ${word} = 0 }`)
    return true
  } catch {
    return false
  }
}

function readAll(from: string, to: string): [string, string][] {
  if (!statSync(from).isDirectory()) return [[to, readFileSync(from, 'utf8')]]
  return readdirSync(from).map((file) => [`${to}/${file}`, readFileSync(join(from, file), 'utf8')])
}

/** A template lies in lib/kit/…, a source in lib/sources/<name>, a provider in lib/providers/<name>. */
function moved(text: string): string {
  return text.replaceAll(/from '\.\.\/\.\.\/(sources|providers)\//g, "from '../")
}

/** In one pass, since the new name may contain that of the template. */
function renamed(text: string, example: string, { name, title, camel, upper }: Names): string {
  const capital = capitalized(example)
  const forms: readonly (readonly [pattern: string, becomes: string])[] = [
    [`(?<=['"/.-]|^)${example}(?=['"/.\`-]|$)`, name],
    [`\\b${example}`, camel],
    [`(?<=[a-z])${capital}|${capital}(?=[A-Z]\\w)`, capitalized(camel)],
    [example.toUpperCase(), upper],
    [`X-${capital}`, `X-${title.replaceAll(/\W+/g, '-')}`],
    [capital, title],
  ]
  const any = new RegExp(forms.map(([pattern]) => `(${pattern})`).join('|'), 'gm')
  return text.replaceAll(any, (_, ...groups) => forms[groups.findIndex(Boolean)]?.[1] ?? '')
}

/** `acme` → `Acme`. */
export function capitalized(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`
}
