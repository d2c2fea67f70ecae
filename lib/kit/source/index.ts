import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../../sources/definition.ts'
import { tallySource } from './source.ts'

/** Tally: what it is, and what its webhooks are sent for. */
export const tally = defineSource<typeof import('./offline.ts')>()({
  name: 'tally',
  title: 'Tally',
  webhookSecrets: ['TALLY_WEBHOOK_SECRET'],
  apiSecrets: ['TALLY_ACCESS_TOKEN'],
  apiUrls: { TALLY_API_URL: { default: 'https://api.tally.example', hosts: ['api.tally.example'] } },
  variables: ['TALLY_WORKSPACE'],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, variables, config, clock }) =>
    tallySource({
      secrets: webhookSecrets.TALLY_WEBHOOK_SECRET,
      accessToken: apiSecrets.TALLY_ACCESS_TOKEN ?? '',
      origin: origins.TALLY_API_URL,
      workspace: variables.TALLY_WORKSPACE ?? 'default',
      fields: config.fields,
      clock,
    }),
})
