import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { odooSandbox } from './sandbox.ts'
import { odooQuery } from './signature.ts'

const records = [
  {
    id: 14,
    name: 'Ama Serwaa',
    email: 'ama@example.gh',
    phone: '024 123 4567',
    country_code: 'GH',
    write_date: '2026-03-02 09:00:00.120000',
  },
]

export const offline = {
  secrets: {
    ODOO_WEBHOOK_SECRET: 'odoo-webhook-offline',
    ODOO_DATABASE: 'odoo-database-offline',
    ODOO_USER: 'odoo-user-offline',
    ODOO_ACCESS_TOKEN: 'odoo-key-offline',
  },
  wrongSecrets: { ODOO_WEBHOOK_SECRET: 'a guess' },
  sign: (_, secret) => ({ query: odooQuery(secret('ODOO_WEBHOOK_SECRET')) }),
  sandboxes: {
    ODOO_API_URL: {
      isDefault: true,
      create: ({ ODOO_DATABASE: database = '', ODOO_USER: user = '', ODOO_ACCESS_TOKEN: apiKey = '' }) =>
        odooSandbox({ database, user, apiKey }),
    },
  },
  tell: (person, { at, eventId, whole }) => {
    const fields = {
      name: `${person.given} ${person.family}`,
      email: person.email,
      phone: person.phone,
      commercial_company_name: person.company,
      street: person.line1,
      street2: person.line1,
      city: person.city,
      zip: person.postalCode,
      country_code: person.country,
      x_note: person.note,
    }
    const writtenAt = at.toISOString().replace('T', ' ').slice(0, 23)
    const keys = { _action: `Send to crm-pay-sync(#${eventId})`, _id: person.id, _model: 'res.partner' }
    return {
      body: { ...keys, id: person.id, write_date: writtenAt, ...(whole && fields) },
      records: [{ ...fields, id: person.id, state_id: [1, person.state], write_date: writtenAt }],
    }
  },
  docs: {
    records: 'contacts',
    variables: {
      ODOO_API_URL: {
        meaning:
          'Address of the Odoo server, such as `https://acme.odoo.com`. Without it, customers come from the webhooks alone.',
        offline: sandbox,
      },
      ODOO_DATABASE: { meaning: 'Name of the database.', offline: invented },
      ODOO_USER: { meaning: 'Login of the user whom the API key belongs to.', offline: invented },
      ODOO_ACCESS_TOKEN: { meaning: 'API key of a user who may read all contacts.', offline: invented },
      ODOO_WEBHOOK_SECRET: {
        meaning: "The `secret` in the webhook's URL. Several separated by commas while it is rotated.",
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'query',
      name: 'secret',
      description: 'The secret in the URL that the automation rule was given.',
    },
  },
  contract: {
    records,
    account: 'default',
    foreignAccount: null,
    accountPath: null,
    found: '14',
    deleted: '15',
    merged: null,
    mergedInto: null,
    followed: 'partner.change',
    nameless: { _action: 'Send to crm-pay-sync(#512)', _id: 14, _model: 'res.partner' },
    unfollowed: { _action: 'Send to crm-pay-sync(#513)', _id: 3, _model: 'crm.lead' },
  },
} satisfies OfflineSource
