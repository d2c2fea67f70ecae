import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource, Person } from '../offline-definition.ts'
import { dynamicsDiagnosis } from './diagnosis.ts'
import { dataverseSandbox } from './sandbox.ts'
import { entraSandbox } from './sandbox-login.ts'
import { signDynamicsRequest } from './signature.ts'

const organizationId = '2f0e4c1a-93d6-4b0e-8d5e-6c1f7a20b9d4'
const contactId = (id: number | string) => `c0a80000-0000-4000-8000-${String(id).padStart(12, '0')}`

export const offline = {
  secrets: {
    DYNAMICS_WEBHOOK_SECRET: 'dynamics-key-offline',
    DYNAMICS_TENANT_ID: '7c9d1b52-0b7e-4f0c-a7e3-51f0d2c86e10',
    DYNAMICS_CLIENT_ID: '1e5a7d3c-42b8-4d6a-9f21-8b0c3e7f5a64',
    DYNAMICS_CLIENT_SECRET: 'dynamics-client-secret-offline',
  },
  wrongSecrets: { DYNAMICS_WEBHOOK_SECRET: 'a guess' },
  sign: (_, secret) => ({ headers: signDynamicsRequest(secret('DYNAMICS_WEBHOOK_SECRET')) }),
  sandboxes: {
    DYNAMICS_API_URL: {
      isDefault: true,
      create: ({ DYNAMICS_CLIENT_SECRET: clientSecret = '' }) =>
        dataverseSandbox({ clientSecret, organizationId }),
    },
    DYNAMICS_LOGIN_URL: {
      isDefault: true,
      create: ({
        DYNAMICS_TENANT_ID: tenantId = '',
        DYNAMICS_CLIENT_ID: clientId = '',
        DYNAMICS_CLIENT_SECRET: clientSecret = '',
      }) => entraSandbox({ tenantId, clientId, clientSecret }),
    },
  },
  tell: (person, { eventId, at, whole }) => {
    const id = contactId(person.id)
    const changed = whole ? columnsOf(person) : { description: person.note }
    const attributes = Object.entries({ ...changed, contactid: id, modifiedon: `/Date(${at.getTime()})/` })
    return {
      body: {
        MessageName: 'Update',
        PrimaryEntityName: 'contact',
        PrimaryEntityId: id,
        OrganizationId: organizationId,
        OperationId: eventId,
        InputParameters: [
          {
            key: 'Target',
            value: {
              LogicalName: 'contact',
              Id: id,
              Attributes: attributes.map(([key, value]) => ({ key, value })),
            },
          },
        ],
      },
      records: [{ table: 'contact', id, ...columnsOf(person), modifiedon: at.toISOString() }],
    }
  },
  diagnosis: dynamicsDiagnosis,
  docs: {
    records: 'contacts, accounts, leads',
    variables: {
      DYNAMICS_API_URL: {
        meaning: "The organization's address, such as `https://acme.crm4.dynamics.com`.",
        offline: sandbox,
      },
      DYNAMICS_LOGIN_URL: {
        meaning: 'Origin of Microsoft Entra; another one in a national cloud.',
        offline: sandbox,
      },
      DYNAMICS_WEBHOOK_SECRET: {
        meaning:
          'The key that the webhook was registered with. Several separated by commas while it is rotated.',
        offline: invented,
      },
      DYNAMICS_TENANT_ID: { meaning: 'The directory (tenant) ID in Microsoft Entra.', offline: invented },
      DYNAMICS_CLIENT_ID: {
        meaning: 'The application (client) ID of the app registration.',
        offline: invented,
      },
      DYNAMICS_CLIENT_SECRET: { meaning: 'A client secret of the app registration.', offline: invented },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'header',
      name: 'x-webhook-key',
      description: 'The key that the webhook was registered with; also as the query parameter `code`.',
    },
  },
  contract: {
    records: [
      {
        table: 'contact',
        id: contactId(8),
        fullname: 'Ama Serwaa',
        emailaddress1: 'ama@example.gh',
        modifiedon: '2026-03-01T08:00:00Z',
      },
      { table: 'contact', id: contactId(9), deleted: true, modifiedon: '2026-03-01T08:00:00Z' },
      { table: 'contact', id: contactId(10), mergedInto: contactId(8), modifiedon: '2026-03-01T08:00:00Z' },
    ],
    account: organizationId,
    foreignAccount: 'a1b2c3d4-0000-4000-8000-00000000f0f0',
    accountPath: '/api/data/v9.2/WhoAmI',
    found: contactId(8),
    deleted: contactId(9),
    merged: contactId(10),
    mergedInto: contactId(8),
    followed: 'contact.create',
    nameless: {
      MessageName: 'Update',
      PrimaryEntityName: 'contact',
      PrimaryEntityId: contactId(8),
      OrganizationId: organizationId,
    },
    unfollowed: { MessageName: 'Update', PrimaryEntityName: 'opportunity', OrganizationId: organizationId },
  },
} satisfies OfflineSource

function columnsOf(person: Person): Readonly<Record<string, string>> {
  return {
    firstname: person.given,
    lastname: person.family,
    fullname: `${person.given} ${person.family}`,
    emailaddress1: person.email,
    mobilephone: person.phone,
    description: person.note,
    address1_line1: person.line1,
    address1_city: person.city,
    address1_stateorprovince: person.state,
    address1_postalcode: person.postalCode,
    address1_country: person.country,
  }
}
