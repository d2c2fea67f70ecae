import type { Sample } from '../../lib/cli/replay/samples.ts'
import { aSample } from './function-world.ts'

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

export type Person = {
  readonly id: number
  readonly given: string
  readonly family: string
  readonly email: string
  readonly phone: string
  readonly street: string
  readonly note: string
  readonly country: string
}

/** Nobody has anything in common with the code, nor much with anybody else. */
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
    street: `${pick(streets, id)} Parcel ${id}B`,
    note: `secret wish number ${id} of hers`,
    country,
  }
}

/** What may never be written: each whole, and the parts of names. */
export const textsOf = ({ given, family, email, phone, street, note }: Person): string[] => [
  given,
  family,
  `${given} ${family}`,
  email,
  phone,
  phone.slice(1),
  phone.slice(4),
  street,
  note,
]

const now = () => new Date().toISOString()
const asBody = (file: string, body: unknown, records: readonly unknown[] = []): Sample => ({
  ...aSample(file),
  body: Buffer.from(JSON.stringify(body)),
  records,
})

/** The same person in each CRM. */
export const inCrms = [
  ({ id, given, family, email, phone, street, note, country }) =>
    asBody('standard-webhooks/contact.updated', {
      type: 'contact.updated',
      timestamp: now(),
      data: {
        id,
        name: { given, family },
        email,
        phone,
        description: note,
        address: { line1: street, country },
        metadata: { note },
      },
    }),
  ({ id, given, family, email, phone, street, country }) => {
    const properties = {
      firstname: given,
      lastname: family,
      email,
      phone,
      address: street,
      hs_country_region_code: country,
    }
    const event = {
      portalId: 48213377,
      subscriptionType: 'contact.propertyChange',
      objectId: id,
      eventId: `${id}-${now()}`,
      occurredAt: Date.now(),
      propertyName: 'email',
      propertyValue: email,
    }
    return asBody(
      'hubspot/contact.propertyChange',
      [event],
      [{ object: 'contacts', id: String(id), properties }],
    )
  },
  ({ id, given, family, email, phone, street, country }) => {
    const data = {
      id,
      name: `${given} ${family}`,
      first_name: given,
      last_name: family,
      emails: [{ value: email, primary: true }],
      phones: [{ value: phone, primary: true }],
      postal_address: { value: street, route: street, country },
    }
    const meta = {
      entity: 'person',
      action: 'change',
      company_id: '9120457',
      entity_id: String(id),
      id: `${id}-${now()}`,
    }
    // Thin, so that it is read back from the API.
    return asBody('pipedrive/person.change', { meta, data: { id } }, [
      { ...data, object: 'persons', update_time: now() },
    ])
  },
] as const satisfies readonly ((person: Person) => Sample)[]
