import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { attioDiagnosis } from './diagnosis.ts'
import { attioSandbox, objectIds, sandboxWorkspace } from './sandbox.ts'
import { signAttioRequest } from './signature.ts'

const webhook_id = 'f0a4c2b8-6d1e-4e57-9c38-2b7a5d9e4401'
const actor = { type: 'workspace-member', id: '0d9b7c14-58e3-4a6f-b2d1-73c9e8f5a602' }
const idOf = (number: number) => `7b2e9f40-1c3d-4e5f-8a6b-${String(number).padStart(12, '0')}`
const event = (event_type: string, record_id: string) => ({
  event_type,
  id: { workspace_id: sandboxWorkspace, object_id: objectIds.people, record_id },
  actor,
})

export const offline = {
  secrets: {
    ATTIO_WEBHOOK_SECRET: 'attio-webhook-secret-offline',
    ATTIO_ACCESS_TOKEN: 'attio-token-offline',
  },
  wrongSecrets: { ATTIO_WEBHOOK_SECRET: 'the secret of another webhook' },
  sign: ({ body, delivery }, secret) => ({
    headers: {
      ...signAttioRequest({ body, secret: secret('ATTIO_WEBHOOK_SECRET') }),
      'idempotency-key': delivery,
    },
  }),
  sandboxes: {
    ATTIO_API_URL: {
      isDefault: true,
      create: ({ ATTIO_ACCESS_TOKEN: accessToken = '', WEBHOOK_PUBLIC_URL: publicUrl }) =>
        attioSandbox({ accessToken, webhookUrl: publicUrl && `${publicUrl}/webhooks/attio` }),
    },
  },
  tell: (person) => {
    const id = idOf(person.id)
    const values = {
      name: [
        {
          first_name: person.given,
          last_name: person.family,
          full_name: `${person.given} ${person.family}`,
        },
      ],
      email_addresses: [{ email_address: person.email }],
      phone_numbers: [{ phone_number: person.phone, country_code: person.country }],
      primary_location: [
        {
          line_1: person.line1,
          line_2: null,
          line_3: null,
          line_4: null,
          locality: person.city,
          region: person.state,
          postcode: person.postalCode,
          country_code: person.country,
        },
      ],
      job_title: [{ value: person.note }],
    }
    return {
      body: { webhook_id, events: [event('record.updated', id)] },
      records: [{ object: 'people', id, values }],
    }
  },
  diagnosis: attioDiagnosis,
  docs: {
    records: 'people, companies',
    variables: {
      ATTIO_API_URL: { meaning: 'Origin of the API, such as `https://api.attio.com`.', offline: sandbox },
      ATTIO_ACCESS_TOKEN: { meaning: 'Access token of the workspace.', offline: invented },
      ATTIO_WEBHOOK_SECRET: {
        meaning: "The webhook's secret. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'Attio-Signature',
      description: 'HMAC-SHA256 of the body in hexadecimal.',
    },
  },
  contract: {
    records: [
      {
        object: 'people',
        id: idOf(8),
        values: {
          name: [{ first_name: 'Ama', last_name: 'Serwaa', full_name: 'Ama Serwaa' }],
          phone_numbers: [{ phone_number: '+233241234567', country_code: 'GH' }],
        },
      },
      { object: 'people', id: idOf(9), deleted: true },
    ],
    account: sandboxWorkspace,
    foreignAccount: 'e4a1b5c9-0d27-4f83-a6be-5c2d19f70b04',
    accountPath: '/v2/self',
    listsEverything: true,
    found: idOf(8),
    deleted: idOf(9),
    merged: null,
    mergedInto: null,
    followed: 'record.created',
    nameless: { webhook_id, events: [event('record.updated', idOf(8))] },
    unfollowed: { webhook_id, events: [{ ...event('note.created', idOf(8)), event_type: 'note.created' }] },
  },
} satisfies OfflineSource
