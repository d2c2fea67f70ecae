import fc from 'fast-check'
import examples from 'libphonenumber-js/examples.mobile.json'
import { type CountryCode, getExampleNumber } from 'libphonenumber-js/max'
import { phoneCountry, toE164 } from '../../lib/support/phone.ts'
import { anyText } from './any-text.ts'

describe('reading a phone number', () => {
  it.each([
    ['6 77 12 34 56', 'CM', '+237677123456'],
    ['237677123456', 'CM', '+237677123456'],
    ['+237 6 77 12 34 56', undefined, '+237677123456'],
    ['00237 677 12 34 56', undefined, '+237677123456'],
    ['00 237 677 12 34 56', 'NG', '+237677123456'],
    ['07 07 12 34 56', 'CI', '+2250707123456'],
    ['77-123-45-67', 'SN', '+221771234567'],
    ['0803 123 4567', 'NG', '+2348031234567'],
    ['0712 345 678', 'KE', '+254712345678'],
    ['(024) 123 4567', 'GH', '+233241234567'],
    ['098765 43210', 'IN', '+919876543210'],
    ['0917 123 4567', 'PH', '+639171234567'],
    ['0912.345.678', 'VN', '+84912345678'],
    ['082 123 4567', 'ZA', '+27821234567'],
    ['+33 (0)6 12 34 56 78', undefined, '+33612345678'],
    ['011 237 677 12 34 56', 'US', '+237677123456'],
    ['tel:+237677123456', undefined, '+237677123456'],
    ['+237677123456 ext. 12', undefined, '+237677123456'],
    ['+237 677 12 34 56 (bureau)', undefined, '+237677123456'],
    ['٠١٠٠ ١٢٣ ٤٥٦٧', 'EG', '+201001234567'],
    ['०९८७६५ ४३२१०', 'IN', '+919876543210'],
    ['＋２３７６７７１２３４５６', undefined, '+237677123456'],
    [
      '\u{1E956}\u{1E957}\u{1E957} \u{1E951}\u{1E952} \u{1E953}\u{1E954} \u{1E955}\u{1E956}',
      'CM',
      '+237677123456',
    ],
    ['ask Awa / +221 77 123 45 67', undefined, '+221771234567'],
    ['+237677123456; +237699001122', undefined, '+237677123456'],
  ])('recognises %j in %s', (text, country, e164) => {
    expect(toE164(text, country)).toBe(e164)
  })

  it.each([
    ['677123456', undefined],
    ['677123456', null],
    ['677123456', 'ZZ'],
    ['677123456', 'constructor'],
    ['77 12 34', 'SN'],
    ['+237 111 11 11 11', 'CM'],
    ['+1 555 010', 'US'],
    ['07 12 34 56', 'CI'],
    ['', 'CM'],
    ['call me', 'CM'],
    ['+', 'CM'],
    [`+237677123456${' '.repeat(300)}`, 'CM'],
    [677123456, 'CM'],
    [null, 'CM'],
    [{ toString: 'x' }, 'CM'],
  ])('does not recognise %j in %s', (text, country) => {
    expect(toE164(text, country)).toBeUndefined()
  })

  it('reads every country’s example number in its national and international form', () => {
    for (const country of Object.keys(examples) as CountryCode[]) {
      const example = getExampleNumber(country, examples)
      expect(toE164(example?.formatNational(), country)).toBe(example?.number)
      expect(toE164(example?.formatInternational())).toBe(example?.number)
    }
  })

  it('never throws, and returns only E.164 that it reads again unchanged', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'+0123456789 ()-./;,x#٣९') })
    const country = fc.oneof(fc.constantFrom('CM', 'NG', 'US', 'ZZ', 'toString', ''), fc.string())
    fc.assert(
      fc.property(fc.oneof(digits, anyText(), fc.anything()), country, (text, hint) => {
        const number = toE164(text, hint)
        if (number === undefined) return
        expect(number).toMatch(/^\+[1-9]\d{4,14}$/)
        expect(toE164(number)).toBe(number)
      }),
    )
  })
})

describe('the country of a number', () => {
  it.each([
    ['+237677123456', 'CM'],
    ['+14165550123', 'CA'],
    ['+12125550123', 'US'],
    ['+447700900123', undefined],
    ['+80012345678', undefined],
    ['677123456', undefined],
    ['', undefined],
    ['+', undefined],
  ])('of %j is %s', (number, country) => {
    expect(phoneCountry(number)).toBe(country)
  })
})
