import fc from 'fast-check'
import { basicAuth, decodeBase64, decodeHex, equalsAny, hmacSha256, sha256 } from '../../lib/support/hmac.ts'

describe('comparing secrets', () => {
  it('finds an equal value among values of any length', () => {
    expect(equalsAny('secret', ['s', 'a much longer value', 'secret'])).toBe(true)
    expect(equalsAny('secret', ['secret', 'x'])).toBe(true)
    expect(equalsAny(Buffer.from('secret'), ['secret'])).toBe(true)
  })

  it.each([[[]], [['']], [['Secret', 'secret ', 'secre']]])('finds nothing in %j', (candidates) => {
    expect(equalsAny('secret', candidates)).toBe(false)
  })
})

describe('digests', () => {
  it('cover their concatenated parts', () => {
    expect(sha256('ab', Buffer.from('c')).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(hmacSha256('key', 'The quick brown fox ', 'jumps over the lazy dog').toString('hex')).toBe(
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    )
  })

  it.each(['key', '', 'schlüssel'])('are the same under %j as text and as bytes', (key) => {
    expect(hmacSha256(Buffer.from(key), 'data')).toEqual(hmacSha256(key, 'data'))
  })
})

describe('decoding', () => {
  it.each(['', 'a', 'zz', 'abc', 'ab cd', '0xab', 'ab\n', 'ａｂ'])(
    'does not accept %j as hexadecimal',
    (text) => {
      expect(decodeHex(text)).toBeUndefined()
    },
  )

  it.each(['', '=', 'A', 'AA', 'AA=', 'AAA', 'AA==\n', 'AA= =', 'A-_=', 'AB==', 'AAAA====', 'QQ==QQ=='])(
    'does not accept %j as base64',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined()
    },
  )

  it('returns every byte that was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const buffer = Buffer.from(bytes)
        expect(decodeHex(buffer.toString('hex'))).toEqual(buffer)
        expect(decodeHex(buffer.toString('hex').toUpperCase())).toEqual(buffer)
        expect(decodeBase64(buffer.toString('base64'))).toEqual(buffer)
      }),
    )
  })
})

describe('Basic credentials', () => {
  const header = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  it.each([
    ['user:password', 'user', 'password'],
    ['user:', 'user', ''],
    [':', '', ''],
    ['user:pass:word', 'user', 'pass:word'],
    ['üser:pässwörd', 'üser', 'pässwörd'],
  ])('are read from %s', (text, user, password) => {
    expect(basicAuth(header(text))).toEqual({ user, password })
  })

  it.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Bearer abc',
    header('no-colon'),
    `${header('a:b')},`,
    `${header('a:b')} x`,
  ])('are not found in %j', (text) => {
    expect(basicAuth(text)).toBeUndefined()
  })
})
