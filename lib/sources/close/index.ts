import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { closeSource } from './source.ts'

/** Close: webhooks for contacts, and for the leads that they belong to. */
export const close = defineSource<typeof import('./offline.ts')>()({
  name: 'close',
  title: 'Close',
  webhookSecrets: ['CLOSE_WEBHOOK_SECRET'],
  apiSecrets: ['CLOSE_ACCESS_TOKEN'],
  apiUrls: { CLOSE_API_URL: { default: 'https://api.close.com', hosts: ['api.close.com'] } },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    closeSource({
      signatureKeys: webhookSecrets.CLOSE_WEBHOOK_SECRET,
      apiKey: apiSecrets.CLOSE_ACCESS_TOKEN,
      origin: origins.CLOSE_API_URL,
      fields: config.fields,
      clock,
    }),
})
