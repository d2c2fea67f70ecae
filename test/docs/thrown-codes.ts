import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../..')

/**
 * A code is thrown as the first argument of an error's class or of a function that makes one (after the status, for a refused
 * webhook), or is a record's `code`.
 */
const code = `'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'`
const places = [
  new RegExp(String.raw`\b(?:(?:new|throw) \w+|refused|fail)\(\s*(?:\d{3},\s*)?${code}`, 'g'),
  new RegExp(String.raw`\bcode: ${code}`, 'g'),
  new RegExp(String.raw`\.code : ${code}`, 'g'),
]

/** Every error code in the sources, and a file that it is in. The sandboxes and the pages about codes make none of ours. */
export function findThrownCodes(): ReadonlyMap<string, string> {
  const files = globSync(['lib/**/*.ts', 'functions/*.ts'], {
    cwd: root,
    exclude: ['lib/offline/**', 'lib/docs/**', 'lib/core/error-codes/**'],
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
