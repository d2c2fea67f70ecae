import * as z from 'zod'
import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { parseAccessTokens } from './access-tokens.ts'
import { hubspotSource } from './source.ts'

/** HubSpot: apps and private apps that send webhooks for contacts and companies. */
export const hubspot = defineSource<typeof import('./offline.ts')>()({
  name: 'hubspot',
  title: 'HubSpot',
  webhookSecrets: ['HUBSPOT_CLIENT_SECRET'],
  apiSecrets: ['HUBSPOT_ACCESS_TOKEN'],
  apiUrls: {
    HUBSPOT_API_URL: { default: 'https://api.hubapi.com', hosts: ['api.hubapi.com', '.hubapi.com'] },
  },
  variables: [],
  config: settings({
    fields: fieldOverridesSchema.optional(),
    /** Accept requests signed with v1 or v2 only. They carry no time, so they can be replayed. */
    allowUntimedSignatures: z.boolean().default(false),
  }),
  build: ({ webhookSecrets, apiSecrets, origins, config, webhookUrl, clock }) =>
    hubspotSource({
      clientSecrets: webhookSecrets.HUBSPOT_CLIENT_SECRET,
      accessTokens: parseAccessTokens(apiSecrets.HUBSPOT_ACCESS_TOKEN),
      origin: origins.HUBSPOT_API_URL,
      url: webhookUrl,
      ...config,
      clock,
    }),
})
