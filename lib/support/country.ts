// The package's own entry point would load the names of every language. Only these two are used.
import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import fr from 'i18n-iso-countries/langs/fr.json' with { type: 'json' }

/** Common spellings that the ISO names in `i18n-iso-countries` lack. */
const moreNames: Readonly<Record<string, readonly string[]>> = {
  AE: ['UAE', 'EAU'],
  BO: ['Bolivia', 'Bolivie'],
  BN: ['Brunei'],
  CD: [
    'DRC',
    'DR Congo',
    'RDC',
    'RD Congo',
    'Congo-Kinshasa',
    'Congo Kinshasa',
    'Zaire',
    'Democratic Republic of Congo',
  ],
  CF: ['CAR', 'RCA', 'Centrafrique'],
  CG: ['Congo-Brazzaville', 'Congo Brazzaville', 'Republic of the Congo'],
  CI: ['Ivory Coast', "Côte d'Ivoire", 'Cote Divoire', 'RCI'],
  CV: ['Cape Verde', 'Cabo Verde', 'Cap-Vert'],
  CZ: ['Czechia', 'Czech Republic', 'Tchéquie'],
  FM: ['Micronesia', 'Micronésie'],
  GB: [
    'UK',
    'Great Britain',
    'Britain',
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'Angleterre',
    'Grande-Bretagne',
  ],
  GM: ['Gambia', 'Gambie'],
  GW: ['Guinea Bissau', 'Guinée Bissau'],
  IR: ['Iran'],
  KR: ['South Korea', 'Republic of Korea', 'Corée du Sud'],
  KP: ['North Korea', 'Corée du Nord'],
  LA: ['Laos'],
  LY: ['Libya', 'Libye'],
  MD: ['Moldova', 'Moldavie'],
  MK: ['Macedonia', 'Macédoine'],
  MM: ['Burma', 'Birmanie'],
  NL: ['Holland', 'Hollande'],
  PS: ['Palestine'],
  RU: ['Russia', 'Russie'],
  ST: ['Sao Tome', 'Sao Tomé'],
  SY: ['Syria', 'Syrie'],
  SZ: ['Swaziland'],
  TL: ['East Timor', 'Timor oriental'],
  TR: ['Turkey', 'Türkiye', 'Turquie'],
  TW: ['Taiwan', 'Taïwan'],
  TZ: ['Tanzania', 'Tanzanie'],
  US: ['USA', 'United States', 'Etats-Unis', 'États Unis', "États-Unis d'Amérique"],
  VA: ['Vatican'],
  VE: ['Venezuela'],
  VN: ['Vietnam', 'Viet Nam', 'Viêt Nam'],
}

/**
 * The ISO 3166-1 alpha-2 code of a country given as alpha-2, alpha-3, or a name in English or French; case,
 * accents, punctuation and articles do not matter. Undefined for anything else; never throws.
 */
export function toCountryCode(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 100) return undefined
  return countryIndex().get(keyOf(text))
}

let index: ReadonlyMap<string, string> | undefined

/** Built when the first country is read, to keep cold starts short. */
function countryIndex(): ReadonlyMap<string, string> {
  index ??= new Map([...unambiguousNames(), ...isoCodes()])
  return index
}

/** A name shared by two countries (`Congo`) is ambiguous and left out. */
function* unambiguousNames(): Generator<[string, string]> {
  const owners = new Map<string, Set<string>>()
  for (const names of [moreNames, en.countries, fr.countries]) {
    for (const [code, name] of Object.entries<string | readonly string[]>(names)) {
      for (const spelling of [name].flat()) {
        const key = keyOf(spelling)
        owners.set(key, (owners.get(key) ?? new Set()).add(code))
      }
    }
  }
  for (const [key, [code, another]] of owners) if (code && !another) yield [key, code]
}

function* isoCodes(): Generator<[string, string]> {
  for (const [alpha2, alpha3] of codes) {
    if (!alpha2 || !alpha3) continue
    yield [keyOf(alpha2), alpha2]
    yield [keyOf(alpha3), alpha2]
  }
}

const articles = new Set(['the', 'of', 'and', 'la', 'le', 'les', 'l', 'de', 'du', 'des', 'd', 'et'])

/** `République démocratique du Congo` and `Republique Democratique Congo` share the key `republiquedemocratiquecongo`. */
function keyOf(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const telling = words.length > 1 ? words.filter((word) => !articles.has(word)) : words
  return telling.join('')
}
