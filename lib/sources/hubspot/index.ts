import * as z from 'zod'
import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { writeBackSchema } from '../../core/config/write-back.ts'
import { propertiesOf } from '../customer-fields.ts'
import { defineSource } from '../definition.ts'
import { refuseReadProperties } from '../write-back.ts'
import { parseAccessTokens } from './access-tokens.ts'
import { hubspotObject } from './objects.ts'
import { hubspotSource } from './source.ts'

/** An internal name, as HubSpot shows it. Names that begin with `hs_` are HubSpot's own. */
const propertyName = z.string().regex(/^(?!hs_)[a-z][a-z0-9_]{0,99}$/, {
  error: 'expected the internal name of a property of your own, such as "notchpay_customer_id"',
})

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
    /** Write the ids of provider customers into these properties of the record. */
    writeBack: writeBackSchema(['contact', 'company'], propertyName).optional(),
  }).superRefine(({ fields, writeBack }, context) =>
    refuseReadProperties(
      writeBack,
      (type) => propertiesOf(hubspotObject(type, fields)?.fields ?? {}),
      context,
    ),
  ),
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
