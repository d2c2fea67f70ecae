import fc from 'fast-check'
import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import fr from 'i18n-iso-countries/langs/fr.json' with { type: 'json' }
import { toCountryCode } from '../../lib/support/country.ts'
import { anyText } from './any-text.ts'

describe('reading a country', () => {
  it.each([
    ['CM', 'CM'],
    [' cm ', 'CM'],
    ['CMR', 'CM'],
    ['Cameroon', 'CM'],
    ['CAMEROUN', 'CM'],
    ["Côte d'Ivoire", 'CI'],
    ['Cote d’Ivoire', 'CI'],
    ['COTE DIVOIRE', 'CI'],
    ['Ivory Coast', 'CI'],
    ['République démocratique du Congo', 'CD'],
    ['Democratic Republic of the Congo', 'CD'],
    ['Congo (Kinshasa)', 'CD'],
    ['Congo-Brazzaville', 'CG'],
    ['Sénégal', 'SN'],
    ['Se\u0301ne\u0301gal', 'SN'],
    ['USA', 'US'],
    ['U.S.A.', 'US'],
    ['United States', 'US'],
    ['États-Unis', 'US'],
    ['UK', 'GB'],
    ['Royaume-Uni', 'GB'],
    ['The Gambia', 'GM'],
    ['Gambia, The', 'GM'],
    ['Guinée-Bissau', 'GW'],
    ['Afrique du Sud', 'ZA'],
    ['Inde', 'IN'],
    ['Viet Nam', 'VN'],
    ['Việt Nam', 'VN'],
    ['Philippines', 'PH'],
    ['Niger', 'NE'],
    ['Nigéria', 'NG'],
    ['eSwatini', 'SZ'],
    ['Swaziland', 'SZ'],
    ['LA', 'LA'],
    ['de', 'DE'],
  ])('recognises %j as %s', (text, code) => {
    expect(toCountryCode(text)).toBe(code)
  })

  it.each([
    '',
    ' ',
    '?',
    'ZZ',
    'Atlantis',
    'Africa',
    'the',
    'Congo',
    '120',
    'CM!!CM',
    'x'.repeat(200),
    null,
    undefined,
    120,
    {},
  ])('does not recognise %j', (text) => {
    expect(toCountryCode(text)).toBeUndefined()
  })

  it('recognises every code, and every name in English and French that belongs to one country only', () => {
    for (const [alpha2, alpha3] of codes) {
      expect(toCountryCode(alpha2)).toBe(alpha2)
      expect(toCountryCode(alpha3)).toBe(alpha2)
    }
    const names = [...Object.entries(en.countries), ...Object.entries(fr.countries)].flatMap(([code, name]) =>
      [name].flat().map((spelling) => [code, spelling] as const),
    )
    const wrong = names.filter(([code, name]) => toCountryCode(name.toUpperCase()) !== code)
    expect(new Set(wrong.map(([, name]) => name))).toEqual(new Set(['Congo']))
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.anything()), (text) => {
        expect(toCountryCode(text) ?? 'CM').toMatch(/^[A-Z]{2}$/)
      }),
    )
  })
})
