import { fieldsEntry, invented, sandbox, writeBackEntry } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { pipedriveDiagnosis } from './diagnosis.ts'
import { pipedriveSandbox } from './sandbox.ts'
import { signPipedriveRequest } from './signature.ts'

const company = '9120457'

/** Custom fields of the sandbox. */
const idField = 'd4de1c1518b4531717c676029a45911c340390a6'
const otherIdField = 'e5b9f0aa2c1d4e6f8a7b3c5d9e0f1a2b3c4d5e6f'
/** A webhook about the person that the contract suite reads, of which these fields changed. */
const changeOf = (previous: object) => ({
  meta: {
    id: '7c812ffd-8f50-45ea-a597-b8fcba2da9c1',
    entity: 'person',
    action: 'change',
    company_id: company,
    entity_id: '8',
    timestamp: '2026-03-02T09:00:00.616Z',
    change_source: 'api',
  },
  data: { id: 8, name: 'Ama Serwaa', emails: [], phones: [], update_time: '2026-03-02T09:00:00Z' },
  previous,
})

export const offline = {
  secrets: {
    PIPEDRIVE_WEBHOOK_USER: 'pipedrive-user-offline',
    PIPEDRIVE_WEBHOOK_PASSWORD: 'pipedrive-password-offline',
    PIPEDRIVE_API_TOKEN: 'pipedrive-token-offline',
  },
  wrongSecrets: { PIPEDRIVE_WEBHOOK_USER: 'pipedrive-user-offline', PIPEDRIVE_WEBHOOK_PASSWORD: 'a guess' },
  sign: (_, secret) => ({
    headers: signPipedriveRequest({
      user: secret('PIPEDRIVE_WEBHOOK_USER'),
      password: secret('PIPEDRIVE_WEBHOOK_PASSWORD'),
    }),
  }),
  sandboxes: {
    PIPEDRIVE_API_URL: {
      isDefault: true,
      create: ({ PIPEDRIVE_API_TOKEN: apiToken = '', WEBHOOK_PUBLIC_URL: publicUrl }) =>
        pipedriveSandbox({ apiToken, webhookUrl: publicUrl && `${publicUrl}/webhooks/pipedrive` }),
    },
  },
  tell: (person, { eventId, at, whole }) => {
    const data = {
      id: person.id,
      name: `${person.given} ${person.family}`,
      first_name: person.given,
      last_name: person.family,
      emails: [{ value: person.email, primary: true, label: 'work' }],
      phones: [{ value: person.phone, primary: true, label: 'work' }],
      postal_address: {
        value: person.line1,
        route: person.line1,
        locality: person.city,
        postal_code: person.postalCode,
        country: person.country,
      },
      custom_fields: { [person.note]: person.note },
      update_time: at.toISOString(),
    }
    const meta = {
      entity: 'person',
      action: 'change',
      company_id: company,
      entity_id: String(person.id),
      id: eventId,
    }
    return {
      body: { meta, data: whole ? data : { id: person.id } },
      records: [{ ...data, object: 'persons' }],
    }
  },
  diagnosis: pipedriveDiagnosis,
  docs: {
    records: 'persons, organizations',
    variables: {
      PIPEDRIVE_API_URL: {
        meaning: "The company's address, such as `https://acme.pipedrive.com`.",
        offline: sandbox,
      },
      PIPEDRIVE_API_TOKEN: { meaning: 'API token of a user who may see all records.', offline: invented },
      PIPEDRIVE_WEBHOOK_USER: {
        meaning: "The webhook's HTTP user. Several separated by commas while it is rotated.",
        offline: invented,
      },
      PIPEDRIVE_WEBHOOK_PASSWORD: {
        meaning: "The webhook's HTTP password. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry, writeBack: writeBackEntry(idField) },
    proof: {
      type: 'http',
      scheme: 'basic',
      description: 'The HTTP user and password that the webhook was created with.',
    },
  },
  contract: {
    records: [
      {
        object: 'persons',
        id: 8,
        name: 'Ama Serwaa',
        emails: [{ value: 'ama@example.gh', primary: true }],
      },
      { object: 'persons', id: 9, name: 'gone', deleted: true },
      { object: 'persons', id: 10, name: 'merged', mergedInto: 8 },
    ],
    account: company,
    foreignAccount: '8087566',
    accountPath: '/api/v1/users/me',
    found: '8',
    deleted: '9',
    merged: '10',
    mergedInto: '8',
    followed: 'person.create',
    nameless: {
      meta: { entity: 'person', action: 'change', company_id: company, entity_id: '8' },
      data: { id: 8 },
    },
    unfollowed: { meta: { entity: 'deal', action: 'change' } },
    writeBack: {
      config: { writeBack: { contact: { notchpay: idField, wooshpay: otherIdField } } },
      echo: changeOf({ custom_fields: { [idField]: null } }),
      mixed: changeOf({ custom_fields: { [idField]: null }, name: 'Ama' }),
    },
  },
} satisfies OfflineSource
