import { invented } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { standardWebhooksSandbox } from './sandbox.ts'
import { signStandardWebhook } from './signature.ts'

const whsec = (key: string) => `whsec_${Buffer.from(key).toString('base64')}`
const updatedAt = '2026-03-02T09:00:00Z'

export const offline = {
  secrets: {
    STANDARD_WEBHOOKS_SECRET: whsec('standard-webhooks-offline-key'),
    STANDARD_WEBHOOKS_ACCESS_TOKEN: 'standard-webhooks-token-offline',
  },
  wrongSecrets: { STANDARD_WEBHOOKS_SECRET: whsec('the key of another sender') },
  sign: ({ body, sentAt, delivery }, secret) => ({
    headers: signStandardWebhook({
      secret: secret('STANDARD_WEBHOOKS_SECRET'),
      id: delivery,
      body,
      sentAt,
    }),
  }),
  sandboxes: {
    STANDARD_WEBHOOKS_API_URL: {
      // Most senders send whole customers and have no read API.
      isDefault: false,
      create: ({ STANDARD_WEBHOOKS_ACCESS_TOKEN: accessToken = '' }) =>
        standardWebhooksSandbox({ accessToken }),
    },
  },
  tell: (person, { at }) => {
    const address = {
      line1: person.line1,
      line2: person.line1,
      city: person.city,
      state: person.state,
      postalCode: person.postalCode,
      country: person.country,
    }
    const data = {
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
    return { body: { type: 'contact.updated', timestamp: at.toISOString(), data }, records: [] }
  },
  docs: {
    records:
      'contacts, companies, leads, of any system that signs as [Standard Webhooks](https://www.standardwebhooks.com) specifies',
    variables: {
      STANDARD_WEBHOOKS_API_URL: {
        meaning: "Origin of the sender's read API, for events that hold ids only.",
        offline: 'none',
      },
      STANDARD_WEBHOOKS_ACCESS_TOKEN: {
        meaning: "Bearer token for the sender's read API.",
        offline: 'none',
      },
      STANDARD_WEBHOOKS_SECRET: {
        meaning: '`whsec_` followed by base64. Several separated by commas while it is rotated.',
        offline: invented,
      },
    },
    settings: {},
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'webhook-signature',
      description: 'As https://www.standardwebhooks.com specifies; the svix-* headers are accepted too.',
    },
  },
  contract: {
    records: [
      {
        object: 'contacts',
        id: 'a/b',
        updatedAt,
        name: 'Ama Serwaa',
        phone: '024 123 4567',
        address: { country: 'Ghana' },
      },
      { object: 'contacts', id: 'old', mergedInto: 'a/b' },
    ],
    account: 'default',
    foreignAccount: null,
    accountPath: null,
    found: 'a/b',
    deleted: 'nobody',
    merged: 'old',
    mergedInto: 'a/b',
    followed: 'contact.created',
    nameless: { type: 'contact.updated', timestamp: updatedAt, data: { id: 'a/b' } },
    unfollowed: { type: 'invoice.paid', timestamp: updatedAt, data: {} },
  },
} satisfies OfflineSource
