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

it('no code is explained twice', () => {
  const all = errorCodeGroups.flatMap(({ codes }) => Object.keys(codes))
  expect(all).toHaveLength(new Set(all).size)
})

it('a code leads to its heading, and one that is not listed to the page', () => {
  expect(errorPage('CONTACT_MISSING')).toBe('docs/errors.md#contact_missing')
  expect(errorPage('OF_ANOTHER_RELEASE')).toBe('docs/errors.md')
  expect(errorPage('toString')).toBe('docs/errors.md')
})
