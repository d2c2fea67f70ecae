import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { salesforceSource } from './source.ts'

/** Salesforce: Outbound Messages and Change Data Capture for contacts, accounts and leads. */
export const salesforce = defineSource<typeof import('./offline.ts')>()({
  name: 'salesforce',
  title: 'Salesforce',
  webhookSecrets: ['SALESFORCE_WEBHOOK_SECRET', 'SALESFORCE_ORGANIZATION_ID'],
  apiSecrets: ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  // The My Domain address, `https://{company}.my.salesforce.com`.
  apiUrls: { SALESFORCE_API_URL: { hosts: ['.my.salesforce.com'] } },
  variables: ['SALESFORCE_USERNAME'],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, variables, config, tokens, clock }) =>
    salesforceSource({
      secrets: webhookSecrets.SALESFORCE_WEBHOOK_SECRET,
      organizations: webhookSecrets.SALESFORCE_ORGANIZATION_ID,
      origin: origins.SALESFORCE_API_URL,
      clientId: apiSecrets.SALESFORCE_CLIENT_ID,
      clientSecret: apiSecrets.SALESFORCE_CLIENT_SECRET,
      username: variables.SALESFORCE_USERNAME,
      fields: config.fields,
      tokenStore: tokens,
      clock,
    }),
})
