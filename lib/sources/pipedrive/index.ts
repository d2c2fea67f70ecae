import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { pipedriveSource } from './source.ts'

/** Pipedrive: webhooks v2 and v1 for persons and organizations. */
export const pipedrive = defineSource<typeof import('./offline.ts')>()({
  name: 'pipedrive',
  title: 'Pipedrive',
  webhookSecrets: ['PIPEDRIVE_WEBHOOK_USER', 'PIPEDRIVE_WEBHOOK_PASSWORD'],
  apiSecrets: ['PIPEDRIVE_API_TOKEN'],
  // `https://{company}.pipedrive.com`.
  apiUrls: { PIPEDRIVE_API_URL: { hosts: ['.pipedrive.com'] } },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    pipedriveSource({
      users: webhookSecrets.PIPEDRIVE_WEBHOOK_USER,
      passwords: webhookSecrets.PIPEDRIVE_WEBHOOK_PASSWORD,
      apiToken: apiSecrets.PIPEDRIVE_API_TOKEN,
      origin: origins.PIPEDRIVE_API_URL,
      fields: config.fields,
      clock,
    }),
})
