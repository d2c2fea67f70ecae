import fc from 'fast-check'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import { formBody, formValues, parseForm, withFormValue } from '../../lib/sources/form-body.ts'
import { anyText } from '../support/any-text.ts'
import { bytes, thrownBy } from './requests.ts'

/** Without the missing prototypes of what the parser makes. */
const parse = (text: string): unknown => JSON.parse(JSON.stringify(parseForm(bytes(text))))
const encode = (value: unknown) => Buffer.from(formBody.encode(value)).toString()

describe('parsing a form', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['data[FIELDS][ID]=82', { data: { FIELDS: { ID: '82' } } }],
    ['data%5BFIELDS%5D%5BID%5D=82', { data: { FIELDS: { ID: '82' } } }],
    ['a[]=1&a[]=2', { a: { 0: '1', 1: '2' } }],
    ['a[5][id]=1&a[7][id]=2', { a: { 5: { id: '1' }, 7: { id: '2' } } }],
    ['name=Ama+Serwaa&city=Yaound%C3%A9', { name: 'Ama Serwaa', city: 'Yaoundé' }],
    ['city=Huế', { city: 'Huế' }],
    ['plus=%2B237&sign=a=b', { plus: '+237', sign: 'a=b' }],
    ['a&b=', { a: '', b: '' }],
    ['a=1&&b=2&', { a: '1', b: '2' }],
    ['constructor=1&toString[x]=2', { constructor: '1', toString: { x: '2' } }],
    ['', {}],
  ])('reads %s', (text, form) => {
    expect(parse(text)).toEqual(form)
  })

  it.each([
    [
      'more than 1,000 keys',
      Array.from({ length: 1001 }, (_, index) => `k${index}=1`).join('&'),
      '1000 keys',
    ],
    ['a million separators', '&'.repeat(1_000_000), '1000 keys'],
    ['more than 6 levels', 'a[b][c][d][e][f][g]=1', '6 levels'],
    ['ten thousand levels', `a${'[a]'.repeat(10_000)}=1`, '6 levels'],
    ['__proto__', '__proto__[x]=1', '__proto__'],
    ['__proto__ further in', 'a[__proto__][x]=1', '__proto__'],
    ['__proto__ in other letters', 'a%5B__pr%6Fto__%5D=1', '__proto__'],
    ['a name twice', 'a[b]=1&a[b]=1', 'each name once'],
    ['a value that is also a group', 'a=1&a[b]=2', 'each name once'],
    ['a group that is also a value', 'a[b]=2&a=1', 'each name once'],
    ['a cut off percent-encoding', 'a=%', 'percent-encoded'],
    ['a wrong percent-encoding', 'a=%zz', 'percent-encoded'],
    ['bytes that are not UTF-8 when decoded', 'a=%ff', 'percent-encoded'],
    ['a bracket that is not closed', 'a[b=1', 'names such as'],
    ['a bracket that was not opened', 'a]b=1', 'names such as'],
    ['text between brackets', 'a[b]c[d]=1', 'names such as'],
    ['no name', '=1', 'names such as'],
    ['brackets alone', '[a]=1', 'names such as'],
  ])('rejects %s with one line that quotes nothing', (_, text, expected) => {
    const error = thrownBy(() => parseForm(bytes(text)))
    expect(error).toBeInstanceOf(WebhookRejected)
    expect(error).toMatchObject({ status: 400, code: 'BAD_FORMAT' })
    expect((error as Error).message).toMatch(/^the body: expected [^\n]{1,60}$/)
    expect((error as Error).message).toContain(expected)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('rejects bytes that are not UTF-8', () => {
    expect(thrownBy(() => parseForm(Uint8Array.of(0x61, 0x3d, 0xff)))).toMatchObject({ status: 400 })
  })

  it('takes exactly 1,000 keys, 6 levels, and a value of half a megabyte', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `k${index}=1`).join('&')
    expect(Object.keys(parseForm(bytes(keys)))).toHaveLength(1000)
    expect(parse('a[b][c][d][e][f]=1')).toEqual({ a: { b: { c: { d: { e: { f: '1' } } } } } })
    expect(parse(`a=${'x'.repeat(500_000)}`)).toEqual({ a: 'x'.repeat(500_000) })
  })

  it('returns what was encoded', () => {
    const key = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter((name) => !/[[\]]/.test(name) && name !== '__proto__')
    const { form } = fc.letrec<{ form: Record<string, unknown>; value: unknown }>((tie) => ({
      form: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      value: fc.oneof({ maxDepth: 5 }, fc.string({ unit: 'grapheme' }), tie('form')),
    }))
    fc.assert(
      fc.property(form, (value) => {
        fc.pre(depthOf(value) <= 6)
        expect(JSON.parse(JSON.stringify(parseForm(formBody.encode(value))))).toEqual(value)
      }),
    )
  })

  it('throws nothing but a rejection, whatever the bytes', () => {
    const nearForm = fc
      .array(fc.constantFrom('a', 'b', '[', ']', '=', '&', '%', '5B', '+', '__proto__', 'é', '\u0000'))
      .map((parts) => Buffer.from(parts.join('')))
    fc.assert(
      fc.property(fc.oneof(nearForm, fc.uint8Array(), anyText().map(bytes)), (body) => {
        const error = thrownBy(() => parseForm(body))
        expect(error === undefined || error instanceof WebhookRejected).toBe(true)
        expect(() => formValues(body, 'a[b]')).not.toThrow()
      }),
    )
  })
})

describe('encoding a form', () => {
  it('writes brackets as PHP does', () => {
    expect(encode({ data: { FIELDS: { ID: '8' } }, list: ['a b', 'ü'], none: null })).toBe(
      'data%5BFIELDS%5D%5BID%5D=8&list%5B0%5D=a+b&list%5B1%5D=%C3%BC&none=',
    )
  })

  it('encodes any JSON without throwing', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(() => encode(value)).not.toThrow()))
    expect(encode('\ud800')).toBe('=%EF%BF%BD')
  })
})

describe('a value of a form by its name', () => {
  it.each([
    ['a[b]=1&c=2', ['1']],
    ['c=%zz&a%5Bb%5D=x+y&[[[', ['x y']],
    ['a[b]=1&a%5bb%5d=2', ['1', '2']],
    ['a[b]=%zz', []],
    ['a[B]=1&xa[b]=2', []],
    ['', []],
  ])('is found in %s', (text, values) => {
    expect(formValues(bytes(text), 'a[b]')).toEqual(values)
  })

  it('is replaced in its place, or put before the others; the other bytes stay', () => {
    const set = (text: string) => Buffer.from(withFormValue(bytes(text), 'a[b]', 'new value')).toString()
    expect(set('x=%zz&a[b]=old&y=é')).toBe('x=%zz&a%5Bb%5D=new+value&y=é')
    expect(set('{"json": 1}')).toBe('a%5Bb%5D=new+value&{"json": 1}')
    expect(set('')).toBe('a%5Bb%5D=new+value')
  })

  it('is found after it was put into any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        expect(formValues(withFormValue(body, 'a[b]', 'secret'), 'a[b]')).toEqual(['secret'])
      }),
    )
  })
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
