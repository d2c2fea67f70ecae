import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { odooSource } from './source.ts'

/** Odoo 17 to 19: automation rules that send a webhook for contacts (`res.partner`). */
export const odoo = defineSource<typeof import('./offline.ts')>()({
  name: 'odoo',
  title: 'Odoo',
  webhookSecrets: ['ODOO_WEBHOOK_SECRET'],
  apiSecrets: ['ODOO_DATABASE', 'ODOO_USER', 'ODOO_ACCESS_TOKEN'],
  // `https://{name}.odoo.com`, or a server of the operator's own.
  apiUrls: { ODOO_API_URL: { hosts: 'any' } },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    odooSource({
      secrets: webhookSecrets.ODOO_WEBHOOK_SECRET,
      origin: origins.ODOO_API_URL,
      database: apiSecrets.ODOO_DATABASE,
      user: apiSecrets.ODOO_USER,
      apiKey: apiSecrets.ODOO_ACCESS_TOKEN,
      fields: config.fields,
      clock,
    }),
})
