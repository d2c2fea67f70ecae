import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { intercomSandbox } from './sandbox.ts'
import { signIntercomRequest } from './signature.ts'

const workspace = 'wk7pay3k'
const updatedAt = 1772442000

export const offline = {
  secrets: {
    INTERCOM_WEBHOOK_SECRET: 'intercom-client-secret-offline',
    INTERCOM_ACCESS_TOKEN: 'intercom-token-offline',
  },
  wrongSecrets: { INTERCOM_WEBHOOK_SECRET: 'the client secret of another app' },
  sign: ({ body }, secret) => ({ headers: signIntercomRequest(body, secret('INTERCOM_WEBHOOK_SECRET')) }),
  sandboxes: {
    INTERCOM_API_URL: {
      isDefault: true,
      create: ({ INTERCOM_ACCESS_TOKEN: accessToken = '' }) => intercomSandbox({ accessToken }),
    },
  },
  tell: (person, { eventId, at, whole }) => {
    const contact = {
      id: String(person.id),
      name: `${person.given} ${person.family}`,
      email: person.email,
      phone: person.phone,
      custom_attributes: { note: person.note, company: person.company, line1: person.line1 },
    }
    const item = { type: 'contact', role: 'user', ...contact, updated_at: at.toISOString() }
    return {
      body: {
        type: 'notification_event',
        app_id: workspace,
        data: {
          type: 'notification_event_data',
          item: whole ? item : { type: 'contact', id: contact.id },
        },
        ...(eventId && { id: eventId }),
        topic: 'contact.user.updated',
        created_at: Math.floor(at.getTime() / 1000),
      },
      records: [{ object: 'contacts', ...contact, updated_at: Math.floor(at.getTime() / 1000) }],
    }
  },
  docs: {
    records: 'contacts (users and leads), companies',
    variables: {
      INTERCOM_API_URL: {
        meaning:
          "Origin of the API in the workspace's region: `https://api.intercom.io`, `https://api.eu.intercom.io` or `https://api.au.intercom.io`.",
        offline: sandbox,
      },
      INTERCOM_ACCESS_TOKEN: { meaning: 'Access token of the app.', offline: invented },
      INTERCOM_WEBHOOK_SECRET: {
        meaning:
          "The app's client secret, which verifies webhooks. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Hub-Signature',
      description: "`sha1=` and the HMAC-SHA1 of the body with the app's client secret, in hexadecimal.",
    },
  },
  contract: {
    records: [
      {
        object: 'contacts',
        id: '66b0c8',
        updated_at: updatedAt,
        name: 'Ama Serwaa',
        email: 'ama@example.gh',
      },
      { object: 'contacts', id: '66b0c9', updated_at: updatedAt, deleted: true },
      { object: 'contacts', id: '66b0ca', updated_at: updatedAt, role: 'lead', mergedInto: '66b0c8' },
    ],
    account: workspace,
    foreignAccount: 'wkother1',
    accountPath: '/me',
    found: '66b0c8',
    deleted: '66b0c9',
    merged: '66b0ca',
    mergedInto: '66b0c8',
    followed: 'contact.user.created',
    nameless: {
      topic: 'contact.merged',
      app_id: workspace,
      data: { item: { type: 'contact', id: '66b0c8' } },
    },
    unfollowed: {
      topic: 'ping',
      app_id: workspace,
      data: { item: { type: 'ping', message: 'something something interzen' } },
    },
  },
} satisfies OfflineSource
