import { fieldsEntry, invented, sandbox, writeBackEntry } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { salesforceDiagnosis } from './diagnosis.ts'
import { contract, idOf, message, organization } from './offline-contract.ts'
import { outboundBody } from './outbound-body.ts'
import { toLongId } from './record-id.ts'
import { salesforceSandbox } from './sandbox.ts'
import { signSalesforceMessage } from './signature.ts'

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
  diagnosis: salesforceDiagnosis,
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
    settings: { fields: fieldsEntry, writeBack: writeBackEntry('NotchPay_Customer_Id__c') },
    proof: {
      type: 'apiKey',
      in: 'query',
      name: 'secret',
      description:
        'A secret in the URL that Salesforce is given. The message must contain the configured OrganizationId.',
    },
  },
  contract,
} satisfies OfflineSource
