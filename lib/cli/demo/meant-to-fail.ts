/** The samples that are meant to fail, and the codes that they are dead-lettered with. */
export const meantToFail: Readonly<Record<string, string>> = {
  'hubspot/contact.creation-unreachable': 'CONTACT_MISSING',
  'standard-webhooks/contact.updated-thin': 'CANNOT_FETCH',
}
