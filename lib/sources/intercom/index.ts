import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { intercomSource } from './source.ts'

/** Intercom: webhooks of an app for contacts (users and leads) and companies. */
export const intercom = defineSource<typeof import('./offline.ts')>()({
  name: 'intercom',
  title: 'Intercom',
  webhookSecrets: ['INTERCOM_WEBHOOK_SECRET'],
  apiSecrets: ['INTERCOM_ACCESS_TOKEN'],
  apiUrls: {
    INTERCOM_API_URL: {
      default: 'https://api.intercom.io',
      // The regions of a workspace: US, Europe, Australia.
      hosts: ['api.intercom.io', 'api.eu.intercom.io', 'api.au.intercom.io'],
    },
  },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    intercomSource({
      clientSecrets: webhookSecrets.INTERCOM_WEBHOOK_SECRET,
      accessToken: apiSecrets.INTERCOM_ACCESS_TOKEN,
      origin: origins.INTERCOM_API_URL,
      fields: config.fields,
      clock,
    }),
})
