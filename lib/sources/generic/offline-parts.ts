import type { Person } from '../offline-definition.ts'

/** The customer document of a person, with every field that it can have. */
export function documentOf(person: Person) {
  const address = {
    line1: person.line1,
    line2: person.line1,
    city: person.city,
    state: person.state,
    postalCode: person.postalCode,
    country: person.country,
  }
  return {
    id: String(person.id),
    name: { given: person.given, family: person.family },
    email: person.email,
    phone: person.phone,
    companyName: person.company,
    description: person.note,
    address,
    billing: address,
    shipping: { name: person.given, phone: person.phone, address },
    metadata: { note: person.note },
  }
}

/** The part of the contract suite's case that all senders of customer documents share. */
export const contractParts = {
  records: [
    {
      object: 'contacts',
      id: 'a/b',
      updatedAt: '2026-03-02T09:00:00Z',
      name: 'Ama Serwaa',
      phone: '024 123 4567',
      address: { country: 'Ghana' },
    },
    { object: 'contacts', id: 'old', mergedInto: 'a/b' },
  ],
  account: 'default',
  // The sender defines the accounts.
  foreignAccount: null,
  accountPath: null,
  found: 'a/b',
  deleted: 'nobody',
  merged: 'old',
  mergedInto: 'a/b',
} as const
