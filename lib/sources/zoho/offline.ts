import { fieldsEntry, invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineSource } from '../offline-definition.ts'
import { ownChannelId } from './channels.ts'
import { zohoDiagnosis } from './diagnosis.ts'
import { zohoSandbox } from './sandbox.ts'
import { zohoAccountsSandbox } from './sandbox-accounts.ts'
import { signZohoBody } from './signature.ts'

const secretEntry = (meaning: string) => ({ meaning, offline: invented })

export const offline = {
  secrets: {
    ZOHO_WEBHOOK_SECRET: 'zoho-channel-token-offline',
    ZOHO_CLIENT_ID: 'zoho-client-offline',
    ZOHO_CLIENT_SECRET: 'zoho-client-secret-offline',
    ZOHO_REFRESH_TOKEN: 'zoho-refresh-token-offline',
  },
  wrongSecrets: { ZOHO_WEBHOOK_SECRET: 'a guess' },
  sign: ({ body }, secret) => ({ body: signZohoBody(body, secret('ZOHO_WEBHOOK_SECRET')) }),
  sandboxes: {
    ZOHO_API_URL: {
      isDefault: true,
      create: ({ ZOHO_CLIENT_SECRET = '', ZOHO_WEBHOOK_SECRET = '', WEBHOOK_PUBLIC_URL }) => {
        const url = WEBHOOK_PUBLIC_URL && `${WEBHOOK_PUBLIC_URL}/webhooks/zoho`
        return zohoSandbox({
          clientSecret: ZOHO_CLIENT_SECRET,
          channel: url
            ? { id: ownChannelId({ webhookUrl: url }), url, token: ZOHO_WEBHOOK_SECRET.split(',')[0] ?? '' }
            : undefined,
        })
      },
    },
    ZOHO_ACCOUNTS_URL: {
      isDefault: true,
      create: ({ ZOHO_CLIENT_ID = '', ZOHO_CLIENT_SECRET = '', ZOHO_REFRESH_TOKEN = '' }) =>
        zohoAccountsSandbox({
          clientId: ZOHO_CLIENT_ID,
          clientSecret: ZOHO_CLIENT_SECRET,
          refreshToken: ZOHO_REFRESH_TOKEN,
        }),
    },
  },
  tell: (person, { at }) => {
    const id = String(person.id)
    return {
      body: {
        server_time: at.getTime(),
        query_params: {},
        module: 'Contacts',
        resource_uri: 'https://www.zohoapis.com/crm/v8/Contacts',
        ids: [id],
        affected_fields: [],
        operation: 'update',
        channel_id: '1214748364700001',
        token: null,
      },
      records: [
        {
          object: 'Contacts',
          id,
          First_Name: person.given,
          Last_Name: person.family,
          Full_Name: `${person.given} ${person.family}`,
          Email: person.email,
          Phone: person.phone,
          Mobile: null,
          Account_Name: { name: person.company, id: '5843101000000990001' },
          Mailing_Street: person.line1,
          Mailing_City: person.city,
          Mailing_State: person.state,
          Mailing_Zip: person.postalCode,
          Mailing_Country: person.country,
          Description: person.note,
          Modified_Time: at.toISOString(),
        },
      ],
    }
  },
  diagnosis: zohoDiagnosis,
  docs: {
    records: 'contacts, accounts, leads',
    variables: {
      ZOHO_API_URL: {
        meaning: "The API's address, in place of the `api_domain` that comes with an access token.",
        offline: sandbox,
      },
      ZOHO_ACCOUNTS_URL: {
        meaning: 'The login server of your data centre, such as `https://accounts.zoho.eu`.',
        offline: sandbox,
      },
      ZOHO_CLIENT_ID: secretEntry('Client id of a self client in the Zoho API console.'),
      ZOHO_CLIENT_SECRET: secretEntry('Its client secret.'),
      ZOHO_REFRESH_TOKEN: secretEntry('Refresh token of an administrator, with the scopes of the guide.'),
      ZOHO_WEBHOOK_SECRET: secretEntry(
        'The token of the notification channel, at most 50 characters. Several separated by commas while it is rotated; the channel gets the first.',
      ),
    },
    settings: {
      fields: fieldsEntry,
      modules: {
        values: "`['Contacts', 'Accounts', 'Leads']`, or some of them",
        meaning: 'The modules that the notification channel is created for, and whose records are listed.',
      },
      channelId: {
        values: 'up to 18 digits',
        meaning:
          'The id that the notification channel is created with. Notifications of any other channel are refused.',
        unset: 'made of the webhook URL, and notifications of any channel with the right token are accepted',
      },
    },
    proof: {
      type: 'http',
      scheme: 'body-token',
      description: 'The token of the notification channel, which Zoho repeats in `token` of the body.',
    },
  },
  contract: {
    records: [
      {
        object: 'Contacts',
        id: '5843101000000575408',
        Last_Name: 'Serwaa',
        Full_Name: 'Ama Serwaa',
        Email: 'ama@example.gh',
      },
      { object: 'Contacts', id: '5843101000000575409', Last_Name: 'gone', deleted: true },
    ],
    account: 'default',
    foreignAccount: null,
    accountPath: null,
    tokenPath: '/oauth/v2/token',
    found: '5843101000000575408',
    deleted: '5843101000000575409',
    // A merged record is deleted, and nothing names the one that is left.
    merged: null,
    mergedInto: null,
    followed: 'contacts.insert',
    nameless: { module: 'Contacts', operation: 'update', ids: ['5843101000000575408'] },
    unfollowed: { module: 'Deals', operation: 'update', ids: ['5843101000000575410'] },
  },
} satisfies OfflineSource
