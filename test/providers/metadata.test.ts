import fc from 'fast-check'
import { identityOf, metadataLimits, ownerOf, toMetadata } from '../../lib/providers/metadata.ts'
import { aRef } from './a-customer.ts'
import { anyRef } from './arbitraries.ts'

it('names the record it belongs to in three strings', () => {
  expect(
    identityOf(aRef({ source: 'pipedrive', account: 'default', recordType: 'company', recordId: '7' })),
  ).toEqual({ crm_source: 'pipedrive', crm_account: 'default', crm_record: 'company:7' })
})

it('cannot be overridden by the CRM’s own metadata', () => {
  expect(toMetadata({ crm_record: 'contact:1', tier: 'gold' }, aRef())).toEqual({
    tier: 'gold',
    ...identityOf(aRef()),
  })
})

it('adjusts keys and values to the limits', () => {
  const metadata = toMetadata(
    { 'a[0]': 'x', ['k'.repeat(60)]: 'v'.repeat(600), blank: ' ', gone: null, __proto__x: 'y' },
    aRef(),
  )
  expect(metadata).toEqual({
    a_0_: 'x',
    ['k'.repeat(40)]: 'v'.repeat(500),
    __proto__x: 'y',
    ...identityOf(aRef()),
  })
})

it('keeps the first of too many keys, in any order of arrival', () => {
  const keys = Array.from({ length: 80 }, (_, index) => `key${String(index).padStart(2, '0')}`)
  const forwards = toMetadata(Object.fromEntries(keys.map((key) => [key, 'x'])), aRef())
  const backwards = toMetadata(Object.fromEntries(keys.toReversed().map((key) => [key, 'x'])), aRef())
  expect(Object.keys(forwards)).toHaveLength(metadataLimits.keys)
  expect(forwards).toEqual(backwards)
  expect(forwards).toMatchObject({ key00: 'x', key46: 'x', ...identityOf(aRef()) })
})

describe('a key that the CRM emptied', () => {
  it.each(['', null] as const)('becomes %j where that value unsets a key', (empty) => {
    expect(toMetadata({ tier: null, score: '87' }, aRef(), { empty })).toEqual({
      score: '87',
      tier: empty,
      ...identityOf(aRef()),
    })
  })

  it('is unset only if it is not ours, and not the same as another non-empty key', () => {
    const own = { crm_record: null, company_name: null, 'a[': null, a_: 'x' }
    const extra = { company_name: 'Saigon Tea' }
    expect(toMetadata(own, aRef(), { extra, empty: '' })).toEqual({
      a_: 'x',
      ...extra,
      ...identityOf(aRef()),
    })
  })

  it('takes no space from a non-empty key', () => {
    const numbered = (count: number, value: string | null) =>
      Array.from({ length: count }, (_, index) => [`${value ?? 'gone'}${index}`, value])
    const own = Object.fromEntries([...numbered(40, null), ...numbered(45, 'x')])
    const metadata = toMetadata(own, aRef(), { empty: '' })
    expect(Object.values(metadata).filter((value) => value === 'x')).toHaveLength(45)
    expect(Object.values(metadata).filter((value) => value === '')).toHaveLength(2)
  })
})

it('does not touch the prototype', () => {
  const metadata = toMetadata(JSON.parse('{"__proto__": "x", "constructor": "y"}'), aRef())
  expect(Object.keys(metadata)).toEqual(['constructor', 'crm_source', 'crm_account', 'crm_record'])
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
})

describe('ownerOf', () => {
  it('recognises its own record, whatever characters the ids have', () => {
    fc.assert(fc.property(anyRef, (ref) => expect(ownerOf(toMetadata({}, ref), ref)).toBe('this-record')))
  })

  it.each([
    ['another record', { ...identityOf(aRef()), crm_record: 'contact:902' }, 'another-record'],
    ['the same id of another type', { ...identityOf(aRef()), crm_record: 'lead:901' }, 'another-record'],
    ['the same record of another account', { ...identityOf(aRef()), crm_account: '1' }, 'another-record'],
    ['no known record', { tier: 'gold' }, 'unknown'],
    ['no record', undefined, 'unknown'],
    ['no record, as PHP writes an empty object', [], 'unknown'],
    ['no record, in a text', 'crm_record', 'unknown'],
  ])('recognises that it belongs to %s', (_, metadata, owner) => {
    expect(ownerOf(metadata, aRef())).toBe(owner)
  })
})
