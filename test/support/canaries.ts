import type { SourceName } from '../../lib/core/model/change.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import type { Person } from '../../lib/sources/offline-definition.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aChangeWebhook } from './a-change-webhook.ts'

const given = [
  'Oluwaseun',
  'Ngozichukwu',
  'Hương Giang',
  'Mwanaisha',
  'Rajalakshmi',
  'Đặng Thùy',
  "N'Golokoto",
  'Zainabou',
]
const family = [
  'Adébáyọ̀',
  'Okonjo-Nwachukwu',
  'Nguyễn Phước',
  'Wanjirũ',
  'Subramaniam',
  'O’Barasa',
  'Diarrassouba',
]
const streets = [
  'Rue Njo-Njo',
  'Broad "Marina" Street',
  'Đường Lê Lợi',
  'Kenyatta & Moi Avenue',
  'Jalan Kemerdekaan',
]

/** Distinct people who share no words with the code, and few with each other. */
export function aPerson(id: number): Person {
  const pick = (list: readonly string[], by: number) => String(list[by % list.length])
  const country = id % 2 ? 'CM' : 'VN'
  const digits = String(id).padStart(6, '0')
  return {
    id,
    given: pick(given, id),
    family: pick(family, id * 3 + 1),
    email: `canary.mail${id}@private.example`,
    phone: country === 'CM' ? `+237677${digits}` : `+84912${digits}`,
    company: `${pick(family, id)} & Filles ${id}`,
    note: `secret wish number ${id} of hers`,
    line1: `${pick(streets, id)} Parcel ${id}B`,
    city: '',
    state: '',
    postalCode: '',
    country,
  }
}

/** Texts that must never be written: each whole value, and the parts of names. */
export const textsOf = ({ given, family, email, phone, company, line1, note }: Person): string[] => [
  given,
  family,
  `${given} ${family}`,
  email,
  phone,
  phone.slice(1),
  phone.slice(4),
  company,
  line1,
  note,
]

/** The same person in each CRM's webhook with as little data as possible: the rest is read from its API. */
export const inCrms: Readonly<Record<SourceName, (person: Person) => Sample>> = Object.fromEntries(
  sourceNames.map((name) => [
    name,
    (person: Person) => {
      const at = new Date()
      return aChangeWebhook(name, person, { at, eventId: `${person.id}-${at.toISOString()}`, whole: false })
    },
  ]),
)
