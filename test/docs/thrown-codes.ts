import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../..')

/**
 * A code is the first argument of an error class or of a function that creates an error (after the status, for a
 * rejected webhook), or the `code` of a record.
 */
const code = `'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'`
const places = [
  new RegExp(
    String.raw`\b(?:(?:new|throw) \w+|refused|fail)\(\s*(?:(?:\d{3}|refusals\.\w+),\s*)?${code}`,
    'g',
  ),
  new RegExp(String.raw`\bcode: ${code}`, 'g'),
  new RegExp(String.raw`\.code : ${code}`, 'g'),
]

/** Every error code in the sources, with a file that contains it. Excludes the sandboxes and the pages about codes. */
export function findThrownCodes(): ReadonlyMap<string, string> {
  const files = globSync(['lib/**/*.ts', 'functions/*.ts'], {
    cwd: root,
    exclude: ['lib/offline/**', 'lib/**/sandbox*.ts', 'lib/docs/**', 'lib/core/error-codes/**'],
  })
  const found = new Map<string, string>()
  for (const file of files) {
    const source = readFileSync(join(root, file), 'utf8')
    for (const place of places) {
      for (const [, name = ''] of source.matchAll(place)) found.set(name, file)
    }
  }
  return found
}
