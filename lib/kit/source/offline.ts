import type { OfflineSource } from '../../sources/offline-definition.ts'
import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import { tallySandbox } from './sandbox.ts'
import { signTallyRequest } from './signature.ts'

export const offline = {
  secrets: { TALLY_WEBHOOK_SECRET: 'tally-offline', TALLY_ACCESS_TOKEN: 'tally-token-offline' },
  wrongSecrets: { TALLY_WEBHOOK_SECRET: 'the secret of another sender' },
  sign: ({ body, delivery }, secret) => ({
    headers: { 'x-tally-delivery': delivery, ...signTallyRequest(body, secret('TALLY_WEBHOOK_SECRET')) },
  }),
  sandboxes: {
    TALLY_API_URL: {
      isDefault: true,
      create: ({ TALLY_ACCESS_TOKEN: accessToken = '' }) => tallySandbox({ accessToken }),
    },
  },
  tell: (person, { at }) => {
    const id = String(person.id)
    const name = `${person.given} ${person.family}`
    return {
      body: { event: 'person.saved', person: id },
      records: [
        { id, name, mail: person.email, tel: person.phone, land: person.country, changed: at.toISOString() },
      ],
    }
  },
  docs: {
    records: 'people',
    variables: {
      TALLY_WEBHOOK_SECRET: { meaning: 'What Tally signs with.', offline: invented },
      TALLY_ACCESS_TOKEN: { meaning: 'A token of the API.', offline: invented },
      TALLY_API_URL: { meaning: 'Origin of the API.', offline: sandbox },
      TALLY_WORKSPACE: { meaning: 'The workspace.', offline: 'default' },
    },
    settings: { fields: fieldsEntry },
    proof: { type: 'apiKey', in: 'header', name: 'X-Tally-Signature', description: 'In hexadecimal.' },
  },
  contract: {
    records: [
      { id: '7', name: 'Ama', tel: '+233241234567', changed: '2026-03-02T09:00:00Z' },
      { id: '7', at: '9', changed: '2026-03-02T09:00:00Z' },
    ],
    account: 'default',
    foreignAccount: null,
    accountPath: null,
    found: '7',
    deleted: '8',
    merged: '9',
    mergedInto: '7',
    followed: 'person.saved',
    nameless: { event: 'person.saved', person: '7' },
    unfollowed: { event: 'person.called', person: '7' },
  },
} satisfies OfflineSource
