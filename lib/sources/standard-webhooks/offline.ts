import { invented } from '../../support/doc-entries.ts'
import { contractParts, documentOf } from '../generic/offline-parts.ts'
import { readApiSandbox } from '../generic/sandbox.ts'
import type { OfflineSource } from '../offline-definition.ts'
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
        readApiSandbox({ name: 'standard-webhooks', accessToken }),
    },
  },
  tell: (person, { at }) => ({
    body: { type: 'contact.updated', timestamp: at.toISOString(), data: documentOf(person) },
    records: [],
  }),
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
    ...contractParts,
    followed: 'contact.created',
    nameless: { type: 'contact.updated', timestamp: updatedAt, data: { id: 'a/b' } },
    unfollowed: { type: 'invoice.paid', timestamp: updatedAt, data: {} },
  },
} satisfies OfflineSource
