import * as z from 'zod'
import { fieldOverridesSchema } from '../../core/config/field-overrides.ts'
import { settings } from '../../core/config/settings.ts'
import { writeBackSchema } from '../../core/config/write-back.ts'
import { propertiesOf } from '../customer-fields.ts'
import { defineSource } from '../definition.ts'
import { refuseReadProperties } from '../write-back.ts'
import { pipedriveSource } from './source.ts'

/** The key of a custom field: Pipedrive's own fields have names. */
const fieldKey = z.string().regex(/^[0-9a-f]{40}$/, {
  error: 'expected the key of a custom field: 40 characters, 0 to 9 and a to f',
})

/** Pipedrive: webhooks v2 and v1 for persons and organizations. */
export const pipedrive = defineSource<typeof import('./offline.ts')>()({
  name: 'pipedrive',
  title: 'Pipedrive',
  webhookSecrets: ['PIPEDRIVE_WEBHOOK_USER', 'PIPEDRIVE_WEBHOOK_PASSWORD'],
  apiSecrets: ['PIPEDRIVE_API_TOKEN'],
  // `https://{company}.pipedrive.com`.
  apiUrls: { PIPEDRIVE_API_URL: { hosts: ['.pipedrive.com'] } },
  variables: [],
  config: settings({
    fields: fieldOverridesSchema.optional(),
    /** Write the ids of provider customers into these custom fields of the record. */
    writeBack: writeBackSchema(['contact', 'company'], fieldKey).optional(),
  }).superRefine(({ fields, writeBack }, context) =>
    refuseReadProperties(
      writeBack,
      (type) => propertiesOf(fields?.[type] ?? {}).map((name) => name.replace(/^custom_fields\./, '')),
      context,
    ),
  ),
  build: ({ webhookSecrets, apiSecrets, origins, config, clock }) =>
    pipedriveSource({
      users: webhookSecrets.PIPEDRIVE_WEBHOOK_USER,
      passwords: webhookSecrets.PIPEDRIVE_WEBHOOK_PASSWORD,
      apiToken: apiSecrets.PIPEDRIVE_API_TOKEN,
      origin: origins.PIPEDRIVE_API_URL,
      ...config,
      clock,
    }),
})
