import fc from 'fast-check'
import { Misconfigured } from '../../lib/core/model/errors.ts'
import { newSealingKey, open, parseSealingKeys, seal } from '../../lib/support/seal.ts'

const [first, second, third] = [newSealingKey(), newSealingKey(), newSealingKey()]
const keys = (...texts: string[]) => parseSealingKeys(texts.join(', '))

describe('a sealed value', () => {
  it('is sealed with the first key and opened with that key', () => {
    const sealed = seal({ name: 'Fatou' }, keys(first, second))
    expect(open(sealed, keys(third, first))).toEqual({ kind: 'opened', value: { name: 'Fatou' } })
  })

  it('names the required key when it is missing, without revealing it', () => {
    const sealed = seal({ name: 'Fatou' }, keys(first))
    const opened = open(sealed, keys(second))
    expect(opened).toEqual({ kind: 'unknown-key', keyId: sealed.split('.')[1] })
    expect(open(sealed, [])).toEqual(opened)
    expect(Buffer.from(first, 'base64').toString('base64url')).not.toContain(sealed.split('.')[1])
  })

  it('reveals nothing of its content, not even that two are equal', () => {
    const sealed = seal({ name: 'Fatou' }, keys(first))
    expect(sealed).toMatch(/^v2\.[\w-]{8}\.[\w-]+$/)
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('Fatou')
    expect(seal({ name: 'Fatou' }, keys(first))).not.toBe(sealed)
  })

  it('cannot be opened after a single character has changed', () => {
    const sealed = seal({ name: 'Fatou' }, keys(first))
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      expect(open(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`, keys(first)).kind).not.toBe(
        'opened',
      )
    }
  })

  it('is opened unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(open(seal(value, keys(first)), keys(first))).toEqual({
          kind: 'opened',
          value: JSON.parse(JSON.stringify(value)),
        })
      }),
    )
  })

  it.each([
    '',
    'v2',
    'v2.',
    'v2.AAAA',
    'v2.AAAA.AAAA',
    'v1.AAAA',
    'nonsense',
    `v1.${'A'.repeat(100)}`,
    'v2..AA',
  ])('is not %j', (text) => {
    expect(open(text, keys(first))).toEqual({ kind: 'damaged' })
  })

  it('cannot be created without a key', () => {
    expect(() => seal({}, parseSealingKeys(''))).toThrow(Misconfigured)
  })
})

describe('SEALING_KEYS', () => {
  it.each(['short', 'c2hvcnQ=', `${newSealingKey()},c2hvcnQ=`, newSealingKey().slice(0, -2), '!'.repeat(44)])(
    'are rejected when one is not 32 bytes in base64, and never repeated: %j',
    (text) => {
      expect(() => parseSealingKeys(text)).toThrow(
        new Misconfigured(
          'BAD_SEALING_KEY',
          'SEALING_KEYS: expected 32 bytes in base64, several separated by commas',
        ),
      )
    },
  )

  it('may contain spaces and a trailing comma', () => {
    expect(parseSealingKeys(` ${first} , ${second},`)).toHaveLength(2)
    expect(parseSealingKeys(undefined)).toEqual([])
  })
})
