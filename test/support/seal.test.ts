import fc from 'fast-check'
import { Misconfigured } from '../../lib/core/errors.ts'
import { open, seal } from '../../lib/support/seal.ts'

describe('a sealed value', () => {
  it('is opened by whoever knows one of the secrets, as long as it is known', () => {
    const sealed = seal({ name: 'Fatou' }, ['new', 'old'])
    expect(open(sealed, ['newer', 'new'])).toEqual({ name: 'Fatou' })
    expect(open(sealed, ['old'])).toBeNull()
    expect(open(sealed, [])).toBeNull()
  })

  it('shows nothing of what is in it, not even that two are equal', () => {
    const sealed = seal({ name: 'Fatou' }, ['secret'])
    expect(sealed).toMatch(/^v1\.[\w-]+$/)
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('Fatou')
    expect(seal({ name: 'Fatou' }, ['secret'])).not.toBe(sealed)
  })

  it('does not open once a single character was changed', () => {
    const sealed = seal({ name: 'Fatou' }, ['secret'])
    for (let at = 3; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      expect(open(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`, ['secret'])).toBeNull()
    }
  })

  it('comes back as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(open(seal(value, ['secret']), ['secret'])).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it.each(['', 'v1', 'v1.', 'v2.AAAA', 'v1.AAAA', 'nonsense', `v1.${'A'.repeat(100)}`])(
    'is not %j',
    (text) => {
      expect(open(text, ['secret'])).toBeNull()
    },
  )

  it.each([[[]], [['']]])('is not made with the secrets %j', (secrets) => {
    expect(() => seal({}, secrets)).toThrow(Misconfigured)
  })
})
