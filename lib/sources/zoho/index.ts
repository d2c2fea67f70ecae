import * as z from 'zod'
import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { apiHosts } from './api.ts'
import { zohoSource } from './source.ts'
import { zohoModules } from './to-customer.ts'

/** Zoho CRM: notification channels for contacts, accounts and leads. */
export const zoho = defineSource<typeof import('./offline.ts')>()({
  name: 'zoho',
  title: 'Zoho CRM',
  webhookSecrets: ['ZOHO_WEBHOOK_SECRET'],
  apiSecrets: ['ZOHO_CLIENT_ID', 'ZOHO_CLIENT_SECRET', 'ZOHO_REFRESH_TOKEN'],
  apiUrls: {
    // Default: the `api_domain` that comes with an access token.
    ZOHO_API_URL: { hosts: apiHosts },
    // One for each data centre: https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html
    ZOHO_ACCOUNTS_URL: {
      default: 'https://accounts.zoho.com',
      hosts: [
        'accounts.zoho.com',
        'accounts.zoho.eu',
        'accounts.zoho.in',
        'accounts.zoho.com.au',
        'accounts.zoho.jp',
        'accounts.zohocloud.ca',
        'accounts.zoho.sa',
        'accounts.zoho.uk',
        'accounts.zoho.com.cn',
      ],
    },
  },
  variables: [],
  hasChannels: true,
  config: settings({
    fields: fieldOverridesSchema.optional(),
    /** The modules that the channel is created for, and that are listed. */
    modules: z.array(z.enum(zohoModules)).min(1).default(['Contacts', 'Accounts']),
    /** The only channel whose notifications are accepted, and the id that the channel is created with. */
    channelId: z
      .string()
      .regex(/^[1-9]\d{0,17}$/, 'expected up to 18 digits')
      .optional(),
  }),
  build: ({ webhookSecrets, apiSecrets, origins, config, webhookUrl, tokens, clock }) =>
    zohoSource({
      channelTokens: webhookSecrets.ZOHO_WEBHOOK_SECRET,
      connection: {
        apiOrigin: origins.ZOHO_API_URL,
        accountsOrigin: origins.ZOHO_ACCOUNTS_URL,
        clientId: apiSecrets.ZOHO_CLIENT_ID,
        clientSecret: apiSecrets.ZOHO_CLIENT_SECRET,
        refreshToken: apiSecrets.ZOHO_REFRESH_TOKEN,
        tokens,
        clock,
      },
      webhookUrl,
      ...config,
    }),
})
