import { invented } from '../../support/doc-entries.ts'
import { contractParts, documentOf } from '../generic/offline-parts.ts'
import { readApiSandbox } from '../generic/sandbox.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { signBearer } from './signature.ts'

export const offline = {
  secrets: {
    CLOUDEVENTS_WEBHOOK_SECRET: 'cloudevents-offline',
    CLOUDEVENTS_ACCESS_TOKEN: 'cloudevents-token-offline',
  },
  wrongSecrets: { CLOUDEVENTS_WEBHOOK_SECRET: 'the token of another sender' },
  sign: (_, secret) => ({ headers: signBearer(secret('CLOUDEVENTS_WEBHOOK_SECRET')) }),
  sandboxes: {
    CLOUDEVENTS_API_URL: {
      // Most senders send whole customers and have no read API.
      isDefault: false,
      create: ({ CLOUDEVENTS_ACCESS_TOKEN: accessToken = '' }) =>
        readApiSandbox({ name: 'cloudevents', accessToken }),
    },
  },
  tell: (person, { eventId, at }) => ({
    body: {
      specversion: '1.0',
      id: eventId || 'none',
      source: '/crm',
      type: 'com.example.contact.updated',
      time: at.toISOString(),
      datacontenttype: 'application/json',
      data: documentOf(person),
    },
    records: [],
  }),
  docs: {
    records: 'contacts, companies, leads, of any system that sends [CloudEvents 1.0](https://cloudevents.io)',
    variables: {
      CLOUDEVENTS_ALLOWED_ORIGINS: {
        meaning:
          'Hosts that the handshake by OPTIONS is granted to, separated by commas, such as `eventgrid.azure.net`.',
        offline: 'none',
      },
      CLOUDEVENTS_API_URL: {
        meaning: "Origin of the sender's read API, for events that hold ids only.",
        offline: 'none',
      },
      CLOUDEVENTS_ACCESS_TOKEN: {
        meaning: "Bearer token for the sender's read API.",
        offline: 'none',
      },
      CLOUDEVENTS_WEBHOOK_SECRET: {
        meaning: 'The bearer token that the sender sends. Several separated by commas while it is rotated.',
        offline: invented,
      },
    },
    settings: {
      allowTokenInQuery: {
        values: '`true`, `false`',
        meaning:
          'Also accept the bearer token in the URL (`?access_token=…`), which is often written to logs.',
        unset: '`false`',
      },
    },
    proof: {
      type: 'http',
      scheme: 'bearer',
      description: 'The token of the CloudEvents web hook specification.',
    },
  },
  contract: {
    ...contractParts,
    followed: 'contact.created',
    // Every event has an id.
    nameless: null,
    unfollowed: { specversion: '1.0', id: 'e-1', source: '/crm', type: 'com.example.invoice.paid', data: {} },
  },
} satisfies OfflineSource
