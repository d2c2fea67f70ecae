import * as z from 'zod'
import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { writeBackSchema } from '../../core/config/write-back.ts'
import { recordTypes } from '../../core/model/change.ts'
import { propertiesOf } from '../customer-fields.ts'
import { defineSource } from '../definition.ts'
import { refuseReadProperties } from '../write-back.ts'
import { salesforceSource } from './source.ts'

/** The API name of a custom field: Salesforce's own have no suffix. */
const customField = z.string().regex(/^[A-Za-z]\w{0,78}__p?c$/, {
  error: 'expected the API name of a custom field, such as "NotchPay_Customer_Id__c"',
})

/** Salesforce: Outbound Messages and Change Data Capture for contacts, accounts and leads. */
export const salesforce = defineSource<typeof import('./offline.ts')>()({
  name: 'salesforce',
  title: 'Salesforce',
  webhookSecrets: ['SALESFORCE_WEBHOOK_SECRET', 'SALESFORCE_ORGANIZATION_ID'],
  apiSecrets: ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  // The My Domain address, `https://{company}.my.salesforce.com`.
  apiUrls: { SALESFORCE_API_URL: { hosts: ['.my.salesforce.com'] } },
  variables: ['SALESFORCE_USERNAME'],
  config: settings({
    fields: fieldOverridesSchema.optional(),
    /** Write the ids of provider customers into these custom fields of the record. */
    writeBack: writeBackSchema(recordTypes, customField).optional(),
  }).superRefine(({ fields, writeBack }, context) =>
    refuseReadProperties(writeBack, (type) => propertiesOf(fields?.[type] ?? {}), context),
  ),
  build: ({ webhookSecrets, apiSecrets, origins, variables, config, tokens, clock }) =>
    salesforceSource({
      secrets: webhookSecrets.SALESFORCE_WEBHOOK_SECRET,
      organizations: webhookSecrets.SALESFORCE_ORGANIZATION_ID,
      origin: origins.SALESFORCE_API_URL,
      clientId: apiSecrets.SALESFORCE_CLIENT_ID,
      clientSecret: apiSecrets.SALESFORCE_CLIENT_SECRET,
      username: variables.SALESFORCE_USERNAME,
      ...config,
      tokenStore: tokens,
      clock,
    }),
})
