import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { closeDiagnosis } from './diagnosis.ts'
import { closeSandbox, sandboxOrganization } from './sandbox.ts'
import { signCloseRequest } from './signature.ts'

const subscription_id = 'whsub_4tGz'
const hex = (text: string) => Buffer.from(text, 'utf8').toString('hex')
const updatedAt = '2026-03-01T09:00:00.000000+00:00'

export const offline = {
  secrets: {
    CLOSE_WEBHOOK_SECRET: hex('close signature key, offline....'),
    CLOSE_ACCESS_TOKEN: 'api_offline.close',
  },
  wrongSecrets: { CLOSE_WEBHOOK_SECRET: hex('the key of another subscription.') },
  sign: ({ body, sentAt }, secret) => ({
    headers: signCloseRequest({ body, signatureKey: secret('CLOSE_WEBHOOK_SECRET'), sentAt }),
  }),
  sandboxes: {
    CLOSE_API_URL: {
      isDefault: true,
      create: ({ CLOSE_ACCESS_TOKEN: apiKey = '', WEBHOOK_PUBLIC_URL: publicUrl }) =>
        closeSandbox({ apiKey, webhookUrl: publicUrl && `${publicUrl}/webhooks/close` }),
    },
  },
  tell: (person, { eventId, at }) => {
    const [id, lead_id] = [`cont_${person.id}`, `lead_${person.id}`]
    const date_updated = at.toISOString()
    const contact = {
      id,
      lead_id,
      name: `${person.given} ${person.family}`,
      title: person.note,
      emails: [{ type: 'office', email: person.email }],
      phones: [{ type: 'office', phone: person.phone, country: null }],
      urls: [],
      date_updated,
    }
    const address = {
      label: 'business',
      address_1: person.line1,
      address_2: person.line1,
      city: person.city,
      state: person.state,
      zipcode: person.postalCode,
      country: person.country,
    }
    const event = {
      id: eventId,
      date_created: date_updated.replace('Z', ''),
      date_updated: date_updated.replace('Z', ''),
      organization_id: sandboxOrganization,
      object_type: 'contact',
      object_id: id,
      lead_id,
      action: 'updated',
      changed_fields: ['emails'],
      previous_data: {},
      data: { ...contact, organization_id: sandboxOrganization },
      meta: {},
    }
    return {
      body: { event, subscription_id },
      records: [
        { object: 'leads', id: lead_id, name: person.company, addresses: [address] },
        { object: 'contacts', ...contact },
      ],
    }
  },
  diagnosis: closeDiagnosis,
  docs: {
    records: 'contacts, with the name and the address of their lead',
    variables: {
      CLOSE_API_URL: { meaning: 'Origin of the API, such as `https://api.close.com`.', offline: sandbox },
      CLOSE_ACCESS_TOKEN: { meaning: 'API key of an admin of the organization.', offline: invented },
      CLOSE_WEBHOOK_SECRET: {
        meaning:
          "The subscription's `signature_key`, in hexadecimal. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'close-sig-hash',
      description: 'With close-sig-timestamp: HMAC-SHA256 of the time and the body in hexadecimal.',
    },
  },
  contract: {
    records: [
      {
        object: 'leads',
        id: 'lead_1',
        name: 'Serwaa Foods',
        addresses: [{ label: 'business', country: 'GH' }],
        date_updated: updatedAt,
      },
      {
        object: 'contacts',
        id: 'cont_8',
        lead_id: 'lead_1',
        name: 'Ama Serwaa',
        phones: [{ phone: '+233241234567' }],
        date_updated: updatedAt,
      },
      { object: 'contacts', id: 'cont_9', lead_id: 'lead_1', deleted: true, date_updated: updatedAt },
    ],
    account: sandboxOrganization,
    foreignAccount: 'orga_2LpN8cXwYtR5vBqK7mZsD4fHjG9eUa3oTiC6xWbVn1E',
    accountPath: '/api/v1/me/',
    found: 'cont_8',
    deleted: 'cont_9',
    merged: null,
    mergedInto: null,
    followed: 'contact.created',
    nameless: {
      event: {
        object_type: 'contact',
        action: 'updated',
        object_id: 'cont_8',
        organization_id: sandboxOrganization,
      },
    },
    unfollowed: { event: { object_type: 'opportunity', action: 'updated' } },
  },
} satisfies OfflineSource
