import fc from 'fast-check'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import { parseJson } from '../../lib/support/json.ts'

const parse = (text: string) => parseJson(Buffer.from(text, 'utf8'))

function codeOf(bytes: Uint8Array): unknown {
  try {
    return { parsed: parseJson(bytes) }
  } catch (error) {
    if (!(error instanceof WebhookRejected)) throw error
    return error.code
  }
}

describe('parsing untrusted JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/__proto__|constructor|\d{16}/.test(text))
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('accepts a byte order mark, CRLF and emoji', () => {
    expect(parse('\ufeff{"a":\r\n"😀"}')).toEqual({ a: '😀' })
  })

  it.each(['', ' ', '{', '{"a":1,}', "{'a':1}", 'undefined', '[1]]', '\ufeff\ufeff{}', 'NaN', '{"a":01}'])(
    'rejects %j',
    (text) => {
      expect(codeOf(Buffer.from(text))).toBe('NOT_JSON')
    },
  )

  it('rejects bytes that are not UTF-8', () => {
    expect(codeOf(Uint8Array.from([0x22, 0xff, 0x22]))).toBe('NOT_JSON')
    expect(codeOf(Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe('NOT_JSON')
  })

  it('never repeats what was sent', () => {
    expect(() => parse('{"email": fatou@example.sn}')).toThrow(/^the body is not JSON in UTF-8$/)
  })

  it('accepts 64 levels and rejects 65, however many brackets are in strings', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(codeOf(Buffer.from(nested(64)))).toHaveProperty('parsed')
    expect(codeOf(Buffer.from(nested(65)))).toBe('TOO_DEEP')
    expect(codeOf(Buffer.from(`{"a":"${'['.repeat(100)}\\"${'{'.repeat(100)}\\\\"}`))).toHaveProperty(
      'parsed',
    )
    expect(codeOf(Buffer.from(`[${'[],'.repeat(100)}[]]`))).toHaveProperty('parsed')
  })

  it('rejects ten megabytes of opening brackets without a stack overflow', () => {
    expect(codeOf(Buffer.alloc(10_000_000, '['))).toBe('TOO_DEEP')
    expect(codeOf(Buffer.from('{"a":'.repeat(1_000_000)))).toBe('TOO_DEEP')
  })

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['1745500706683617281', '1745500706683617281'],
    ['1e400', Number.POSITIVE_INFINITY],
    ['1.5', 1.5],
  ])('reads %s as %j', (text, value) => {
    expect(parse(text)).toEqual(value)
    expect(parse(`{"id":${text}}`)).toEqual({ id: value })
  })

  it('reads a mebibyte of digits, and many big numbers, with every digit', () => {
    const digits = '9'.repeat(2 ** 20)
    expect(parse(`{"id":${digits}}`)).toEqual({ id: digits })
    const ids = Array.from({ length: 50_000 }, (_, index) => String(12345678901234567890n + BigInt(index)))
    expect(parse(`[${ids}]`)).toEqual(ids)
  })

  it.each([
    '{"__proto__":{"x":1},"ok":1}',
    '{"\\u005f\\u005fproto__":{"x":1},"ok":1}',
    '{"constructor":{"prototype":{"x":1}},"ok":1}',
  ])('drops the dangerous key in %s', (text) => {
    const parsed = parse(text) as object
    expect(Object.keys(parsed)).toEqual(['ok'])
    expect((Object.assign({}, parsed) as { x?: unknown }).x).toBeUndefined()
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  it('keeps a field that is merely named constructor', () => {
    expect(parse('{"constructor":"Bouygues"}')).toEqual({ constructor: 'Bouygues' })
  })

  it('throws nothing but a rejection, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void codeOf(bytes)))
  })
})
