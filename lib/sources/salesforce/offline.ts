import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { outboundBody } from './outbound-body.ts'
import { toLongId } from './record-id.ts'
import { salesforceSandbox } from './sandbox.ts'
import { signSalesforceMessage } from './signature.ts'

const organization = '00D8d000004QkTZEA0'
/** A record id with this number. */
const idOf = (prefix: '001' | '003' | '006' | '04l', number: number) =>
  toLongId(`${prefix}${String(number).padStart(12, '0')}`)

const message = (notifications: readonly unknown[]) => ({
  OrganizationId: organization,
  ActionId: '04k8d000000Gp1XAAS',
  SessionId: null,
  EnterpriseUrl: `https://acme.my.salesforce.com/services/Soap/c/62.0/${organization}`,
  PartnerUrl: `https://acme.my.salesforce.com/services/Soap/u/62.0/${organization}`,
  Notification: notifications,
})

export const offline = {
  secrets: {
    SALESFORCE_WEBHOOK_SECRET: 'salesforce-webhook-secret-offline',
    SALESFORCE_ORGANIZATION_ID: organization,
    SALESFORCE_CLIENT_ID: 'salesforce-client-offline',
    SALESFORCE_CLIENT_SECRET: 'salesforce-client-secret-offline',
  },
  wrongSecrets: { SALESFORCE_WEBHOOK_SECRET: 'a guess', SALESFORCE_ORGANIZATION_ID: '00D8d000009ZzZzEAK' },
  // The message of the samples, sent by the organization that is configured.
  sign: ({ body }, secret) => {
    const own = secret('SALESFORCE_ORGANIZATION_ID')
    const text = Buffer.from(body).toString('latin1')
    const sent = text.replace(/(<OrganizationId>)[^<]*(<)/, (_, begin, end) => `${begin}${own}${end}`)
    return {
      query: signSalesforceMessage(secret('SALESFORCE_WEBHOOK_SECRET')),
      ...(sent !== text && { body: Buffer.from(sent, 'latin1') }),
    }
  },
  encoding: outboundBody,
  eventFunction: 'receiveSalesforceEvents',
  sandboxes: {
    SALESFORCE_API_URL: {
      isDefault: true,
      create: (variables) =>
        salesforceSandbox({
          clientId: variables['SALESFORCE_CLIENT_ID'] ?? '',
          clientSecret: variables['SALESFORCE_CLIENT_SECRET'] ?? '',
          organization: toLongId(
            variables['SALESFORCE_ORGANIZATION_ID']?.split(',')[0]?.trim() || organization,
          ),
        }),
    },
  },
  tell: (person, { eventId, at }) => {
    const fields = {
      Id: idOf('003', person.id),
      FirstName: person.given,
      LastName: person.family,
      Email: person.email,
    }
    const company = { object: 'Account', Id: idOf('001', person.id), Name: person.company }
    return {
      body: message([
        { Id: eventId, sObject: { type: 'Contact', ...fields, SystemModstamp: at.toISOString() } },
      ]),
      records: [
        company,
        {
          object: 'Contact',
          ...fields,
          Name: `${person.given} ${person.family}`,
          AccountId: company.Id,
          Phone: person.phone,
          MailingStreet: person.line1,
          MailingCity: person.city,
          MailingState: person.state,
          MailingPostalCode: person.postalCode,
          MailingCountry: person.country,
          MailingCountryCode: person.country,
          SystemModstamp: at.toISOString(),
        },
      ],
    }
  },
  docs: {
    records: 'contacts, accounts (person accounts, too), leads',
    variables: {
      SALESFORCE_API_URL: {
        meaning: 'The My Domain address, such as `https://acme.my.salesforce.com`.',
        offline: sandbox,
      },
      SALESFORCE_CLIENT_ID: { meaning: 'Consumer key of the connected app.', offline: invented },
      SALESFORCE_CLIENT_SECRET: {
        meaning: 'Consumer secret of the connected app. With `SALESFORCE_USERNAME`, the private key (PEM).',
        offline: invented,
      },
      SALESFORCE_USERNAME: {
        meaning: 'The user of the JWT bearer flow. Without it, the client credentials flow is used.',
      },
      SALESFORCE_WEBHOOK_SECRET: {
        meaning:
          'The query parameter `secret` of the URL of Outbound Messages. Several separated by commas while it is rotated.',
        offline: invented,
      },
      SALESFORCE_ORGANIZATION_ID: {
        meaning: 'The id of the organization, from Setup → Company Information.',
        offline: invented,
      },
    },
    settings: { fields: fieldsEntry },
    proof: {
      type: 'apiKey',
      in: 'query',
      name: 'secret',
      description:
        'A secret in the URL that Salesforce is given. The message must contain the configured OrganizationId.',
    },
  },
  contract: {
    // Saved before the time of the contract suite, since a list ends at the present.
    records: [
      { Id: idOf('003', 501), Name: 'Ama Serwaa', FirstName: 'Ama', Email: 'ama@example.gh' },
      { Id: idOf('003', 502), LastName: 'gone', IsDeleted: true },
      { Id: idOf('003', 503), LastName: 'merged', MasterRecordId: idOf('003', 501) },
    ].map((record) => ({ object: 'Contact', SystemModstamp: '2026-03-01T09:00:00.000Z', ...record })),
    account: organization,
    foreignAccount: '00D8d000009ZzZzEAK',
    accountPath: '/services/data/v62.0/query',
    tokenPath: '/services/oauth2/token',
    found: idOf('003', 501),
    deleted: idOf('003', 502),
    merged: idOf('003', 503),
    mergedInto: idOf('003', 501),
    followed: 'outbound.contact',
    nameless: message([{ sObject: { type: 'Contact', Id: idOf('003', 501) } }]),
    unfollowed: message([{ Id: idOf('04l', 1), sObject: { type: 'Opportunity', Id: idOf('006', 1) } }]),
  },
} satisfies OfflineSource
