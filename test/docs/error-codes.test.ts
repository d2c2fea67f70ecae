import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCodeGroups, errorCodes, errorPage } from '../../lib/core/model/error-codes.ts'
import { findThrownCodes } from './thrown-codes.ts'

const thrown = findThrownCodes()

it('every code that the sources throw is in lib/core/error-codes', () => {
  const missing = [...thrown].filter(([code]) => !Object.hasOwn(errorCodes, code))
  expect(missing.map(([code, file]) => `${code} of ${file}`)).toEqual([])
})

it('every code in lib/core/error-codes is thrown somewhere', () => {
  expect(Object.keys(errorCodes).filter((code) => !thrown.has(code))).toEqual([])
})

it('no code is documented twice', () => {
  const all = errorCodeGroups.flatMap(({ codes }) => Object.keys(codes))
  expect(all).toHaveLength(new Set(all).size)
})

it('a code links to its heading, and an unlisted one to the page', () => {
  expect(errorPage('CONTACT_MISSING')).toBe('docs/errors.md#contact_missing')
  expect(errorPage('OF_ANOTHER_RELEASE')).toBe('docs/errors.md')
  expect(errorPage('toString')).toBe('docs/errors.md')
})

it('no function bundles the table: only commands and pages import it', () => {
  const root = join(__dirname, '../..')
  const files = globSync(['lib/**/*.ts', 'functions/*.ts'], {
    cwd: root,
    exclude: [
      'lib/cli/**',
      'lib/operator/**',
      'lib/console/**',
      'lib/docs/**',
      'lib/core/model/error-codes.ts',
      'lib/core/error-codes/**',
    ],
  })
  const importing = files.filter((file) => /from '.*error-codes/.test(readFileSync(join(root, file), 'utf8')))
  expect(importing).toEqual([])
})
