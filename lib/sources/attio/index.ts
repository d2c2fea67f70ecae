import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { attioSource } from './source.ts'

/** Attio: webhooks for the records of people and companies. */
export const attio = defineSource<typeof import('./offline.ts')>()({
  name: 'attio',
  title: 'Attio',
  webhookSecrets: ['ATTIO_WEBHOOK_SECRET'],
  apiSecrets: ['ATTIO_ACCESS_TOKEN'],
  apiUrls: { ATTIO_API_URL: { default: 'https://api.attio.com', hosts: ['api.attio.com'] } },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    attioSource({
      webhookSecrets: webhookSecrets.ATTIO_WEBHOOK_SECRET,
      accessToken: apiSecrets.ATTIO_ACCESS_TOKEN,
      origin: origins.ATTIO_API_URL,
      fields: config.fields,
      clock,
    }),
})
