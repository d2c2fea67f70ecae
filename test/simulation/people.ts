import type { Random } from './random.ts'

/** A person as the CRMs of a run know them. Every name, address and number can be told from anything else. */
export type Person = {
  readonly given: string
  readonly family: string
  readonly email: string | null
  readonly phone: string | null
  readonly city: string
  readonly country: 'CM' | 'VN'
}

/** Matches whatever of a simulated person must not be written down anywhere; no number within a hash. */
export const personal = /kanari|(?<![\da-f])(?:(?:237)?69900\d{4}|(?:84)?90990\d{4})(?![\da-f])/i

const givenNames = ['Amina', 'Binh', 'Chidi', 'Linh', 'Fatou'] as const
const cities = { CM: ['Douala', 'Yaoundé', 'Garoua'], VN: ['Đà Nẵng', 'Huế', 'Hà Nội'] } as const

let revisions = 0
let sharedEmails = 0
/** Names are numbered through a run, so that every state of a person differs from every other. */
export function beginPeople(settings: { readonly sharedEmails: number }): void {
  revisions = 0
  sharedEmails = settings.sharedEmails
}

export function newPerson(random: Random): Person {
  const country = random.pick<Person['country']>(['CM', 'CM', 'VN'])
  return {
    given: random.pick(givenNames),
    family: nextFamily(),
    email: random.chance(0.85) ? newEmail(random) : null,
    phone: random.chance(0.7) ? newPhone(random, country) : null,
    city: random.pick(cities[country]),
    country,
  }
}

/** The person with one or more things changed, the name among them always. */
export function changedPerson(person: Person, random: Random): Person {
  const country = random.chance(0.08) ? (person.country === 'CM' ? 'VN' : 'CM') : person.country
  return {
    ...person,
    family: nextFamily(),
    country,
    city: random.pick(cities[country]),
    ...(random.chance(0.1) && { email: newEmail(random), phone: newPhone(random, country) }),
    ...(random.chance(0.25) && { email: random.chance(0.9) ? newEmail(random) : null }),
    ...(random.chance(0.25) && { phone: random.chance(0.9) ? newPhone(random, country) : null }),
  }
}

const nextFamily = () => {
  revisions += 1
  return `Kanari-${revisions}`
}
/** Now and then two records share an address, as duplicates in a CRM do. */
const newEmail = (random: Random) =>
  random.chance(sharedEmails)
    ? 'shared.kanari@mail.example'
    : `kanari.${random.between(1, 99_999)}@mail.example`
const newPhone = (random: Random, country: Person['country']) =>
  `${country === 'CM' ? '+23769900' : '+8490990'}${random.between(1000, 9999)}`
