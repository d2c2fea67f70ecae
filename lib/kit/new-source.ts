import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BadInput } from '../operator/errors.ts'

/** The names of a new CRM in the forms that the template needs. */
type Names = {
  /** In the webhook's path: `my-crm`. */
  readonly name: string
  /** In the vendor's spelling: `My CRM`. */
  readonly title: string
  /** In identifiers: `myCrm`. */
  readonly camel: string
  /** In variables: `MY_CRM`. */
  readonly upper: string
}

const template = join(import.meta.dirname, 'source')
const samples = join(import.meta.dirname, 'events/tally')
const facts = join(import.meta.dirname, 'facts.template.ts')
const page = join(import.meta.dirname, 'connect-source.md')

/**
 * Writes a source from the template to the project: its folder, a sample, a test of what is still to be found out, its page, and
 * its line in lib/sources/index.ts and sync.config.ts. Returns the paths that were written. Throws BadInput for a name that is not
 * possible or taken, before anything is written.
 */
export function writeNewSource(name: string, title: string, root: string): readonly string[] {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new BadInput(`${name}: expected lower-case letters, digits and hyphens, such as acme-crm`)
  }
  const names: Names = {
    name,
    title,
    camel: name.replaceAll(/-+(.)?/g, (_, letter = '') => letter.toUpperCase()),
    upper: name.replaceAll('-', '_').toUpperCase(),
  }
  if (existsSync(join(root, 'lib/sources', name))) throw new BadInput(`there is a source ${name} already`)
  const files = new Map<string, string>([
    ...folder(template, `lib/sources/${name}`),
    ...folder(samples, `events/${name}`),
    [`test/sources/${name}/facts.test.ts`, readFileSync(facts, 'utf8')],
    [`docs/connect/${name}.md`, readFileSync(page, 'utf8')],
  ])
  const written = [...files].map(([path, text]) => [path, renamed(moved(text), names)] as const)
  const lists = [
    [
      'lib/sources/index.ts',
      (text: string) => `${text}export { ${names.camel} } from './${name}/index.ts'\n`,
    ],
    ['sync.config.ts', (text: string) => text.replace(/^ {2}sources: \{\n/m, `$&    ${keyOf(name)}: {},\n`)],
  ] as const
  const changed = lists.map(
    ([path, change]) => [path, change(readFileSync(join(root, path), 'utf8'))] as const,
  )
  for (const [path, text] of [...written, ...changed]) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return [...written, ...changed].map(([path]) => path)
}

function folder(from: string, to: string): [string, string][] {
  return readdirSync(from).map((file) => [`${to}/${file}`, readFileSync(join(from, file), 'utf8')])
}

/** The template lies in lib/kit/source, a source in lib/sources/<name>. */
function moved(text: string): string {
  return text.replaceAll("from '../../sources/", "from '../")
}

function renamed(text: string, { name, title, camel, upper }: Names): string {
  return text
    .replaceAll(/(?<=['/"-]|^|webhooks\/)tally(?=['/"-])/gm, name)
    .replaceAll(/\btally/g, camel)
    .replaceAll(/Tally(?=[A-Z]\w)/g, `${camel[0]?.toUpperCase()}${camel.slice(1)}`)
    .replaceAll(/(?<=fetch|read|sign|verify)Tally/g, `${camel[0]?.toUpperCase()}${camel.slice(1)}`)
    .replaceAll('TALLY', upper)
    .replaceAll('X-Tally', `X-${title.replaceAll(/\W+/g, '-')}`)
    .replaceAll('Tally', title)
}

const keyOf = (name: string) => (name.includes('-') ? `'${name}'` : name)
