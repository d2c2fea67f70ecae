import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { standardWebhooksSource } from './source.ts'

/** Any system that signs as Standard Webhooks specifies and sends our customer document. */
export const standardWebhooks = defineSource<typeof import('./offline.ts')>()({
  name: 'standard-webhooks',
  title: 'Standard Webhooks',
  webhookSecrets: ['STANDARD_WEBHOOKS_SECRET'],
  apiSecrets: ['STANDARD_WEBHOOKS_ACCESS_TOKEN'],
  apiUrls: { STANDARD_WEBHOOKS_API_URL: { hosts: 'any' } },
  variables: [],
  config: settings({}),
  build: ({ webhookSecrets, apiSecrets, origins, clock }) =>
    standardWebhooksSource({
      secrets: webhookSecrets.STANDARD_WEBHOOKS_SECRET,
      accessToken: apiSecrets.STANDARD_WEBHOOKS_ACCESS_TOKEN,
      origin: origins.STANDARD_WEBHOOKS_API_URL,
      clock,
    }),
})
