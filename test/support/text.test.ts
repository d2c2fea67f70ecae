import fc from 'fast-check'
import { cutText, toNfc, wellFormed } from '../../lib/support/text.ts'
import { anyText } from './any-text.ts'

describe('cutText', () => {
  it('keeps a text that fits', () => {
    expect(cutText('Aïssatou', 8)).toBe('Aïssatou')
  })

  it.each([
    ['a surrogate pair', 'Adé👍', 4, 'Adé'],
    ['a flag', 'CM🇨🇲', 4, 'CM'],
    ['a family', 'x👨‍👩‍👧', 5, 'x'],
    ['a letter and its accent', 'Ame\u0301', 3, 'Am'],
    ['a syllable of Devanagari', 'कि', 1, 'क'],
  ])('does not cut inside %s', (_, text, max, expected) => {
    expect(cutText(text, max)).toBe(expected)
  })

  it('finds the boundary in the middle of a long text', () => {
    expect(cutText(`${'a'.repeat(300)}👨‍👩‍👧${'b'.repeat(300)}`, 303)).toBe('a'.repeat(300))
  })

  it('cuts between code points where one letter has very many combining marks', () => {
    expect(cutText(`ab${'\u0301'.repeat(500)}`, 200)).toHaveLength(200)
  })

  it('leaves no space at the end', () => {
    expect(cutText('Rue de la Joie', 4)).toBe('Rue')
  })

  it('never exceeds the limit and always returns a well-formed prefix', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), fc.integer({ min: 1, max: 300 }), (text, max) => {
        const cut = cutText(text, max)
        expect(cut.length).toBeLessThanOrEqual(max)
        expect(text.startsWith(cut)).toBe(true)
        expect(cut.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('wellFormed', () => {
  it.each([
    ['a lone surrogate', 'a\ud83db', 'a\ufffdb'],
    ['NUL and other controls', 'a\u0000\u0007b\u009f\u007f', 'ab'],
    ['line breaks and tabs', 'Rue 1\r\nApt\t2\u2028B', 'Rue 1 Apt 2 B'],
    ['accents and emoji', 'Zoë 👍', 'Zoë 👍'],
  ])('fixes %s', (_, text, expected) => {
    expect(wellFormed(text)).toBe(expected)
  })
})

describe('toNfc', () => {
  it.each([
    ['composes', 'Ame\u0301lie', 'Am\u00e9lie'],
    ['keeps ordinary text', 'Nguyễn Phước Adébáyọ̀ कि', 'Nguyễn Phước Adébáyọ̀ कि'],
  ])('%s', (_, text, expected) => {
    expect(toNfc(text)).toBe(expected.normalize('NFC'))
  })

  it('keeps the first thirty of very many combining marks, which would take very long to sort', () => {
    const marks = '\u0301\u0323'.repeat(2 ** 19)
    const some = '\u0301\u0323'.repeat(15)
    expect(toNfc(`a${marks}z${marks}`)).toBe(`a${some}z${some}`.normalize('NFC'))
  })
})
