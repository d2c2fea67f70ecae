import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { bitrix24Source } from './source.ts'

/** Bitrix24: outgoing webhooks for leads, contacts and companies, read back through an incoming webhook. */
export const bitrix24 = defineSource<typeof import('./offline.ts')>()({
  name: 'bitrix24',
  title: 'Bitrix24',
  webhookSecrets: ['BITRIX24_WEBHOOK_SECRET'],
  apiSecrets: ['BITRIX24_ACCESS_TOKEN'],
  // Each country has a domain of its own, and portals on premise have their owner's.
  apiUrls: { BITRIX24_API_URL: { hosts: 'any' } },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, tokens, clock }) =>
    bitrix24Source({
      applicationTokens: webhookSecrets.BITRIX24_WEBHOOK_SECRET,
      accessToken: apiSecrets.BITRIX24_ACCESS_TOKEN,
      origin: origins.BITRIX24_API_URL,
      fields: config.fields,
      tokens,
      clock,
    }),
})
