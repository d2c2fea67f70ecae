import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { dynamicsSource } from './source.ts'

/** Microsoft Dynamics 365 and any other app on Dataverse: webhooks for contacts, accounts and leads. */
export const dynamics = defineSource<typeof import('./offline.ts')>()({
  name: 'dynamics',
  title: 'Dynamics 365',
  webhookSecrets: ['DYNAMICS_WEBHOOK_SECRET'],
  apiSecrets: ['DYNAMICS_TENANT_ID', 'DYNAMICS_CLIENT_ID', 'DYNAMICS_CLIENT_SECRET'],
  apiUrls: {
    // `https://{organization}.crm{region}.dynamics.com`, and the national clouds.
    DYNAMICS_API_URL: {
      hosts: ['.dynamics.com', '.microsoftdynamics.us', '.appsplatform.us', '.dynamics.cn'],
    },
    DYNAMICS_LOGIN_URL: {
      default: 'https://login.microsoftonline.com',
      hosts: [
        'login.microsoftonline.com',
        'login.microsoftonline.us',
        'login.chinacloudapi.cn',
        'login.partner.microsoftonline.cn',
      ],
    },
  },
  variables: [],
  config: settings({ fields: fieldOverridesSchema.optional() }),
  build: ({ webhookSecrets, apiSecrets, origins, config, tokens, clock }) =>
    dynamicsSource({
      webhookKeys: webhookSecrets.DYNAMICS_WEBHOOK_SECRET,
      tenantId: apiSecrets.DYNAMICS_TENANT_ID,
      clientId: apiSecrets.DYNAMICS_CLIENT_ID,
      clientSecret: apiSecrets.DYNAMICS_CLIENT_SECRET,
      origin: origins.DYNAMICS_API_URL,
      loginOrigin: origins.DYNAMICS_LOGIN_URL,
      fields: config.fields,
      store: tokens,
      clock,
    }),
})
