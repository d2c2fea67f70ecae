import * as z from 'zod'
import { settings } from '../../core/config/settings.ts'
import { defineSource } from '../definition.ts'
import { cloudEventsSource } from './source.ts'

/** Any system that sends our customer document as CloudEvents 1.0. */
export const cloudevents = defineSource<typeof import('./offline.ts')>()({
  name: 'cloudevents',
  title: 'CloudEvents',
  webhookSecrets: ['CLOUDEVENTS_WEBHOOK_SECRET'],
  apiSecrets: ['CLOUDEVENTS_ACCESS_TOKEN'],
  apiUrls: { CLOUDEVENTS_API_URL: { hosts: 'any' } },
  variables: ['CLOUDEVENTS_ALLOWED_ORIGINS'],
  config: settings({
    /** Also accept the token in the URL, `?access_token=…`, which proxies and senders write to their logs. */
    allowTokenInQuery: z.boolean().default(false),
  }),
  build: ({ webhookSecrets, apiSecrets, origins, variables, config, clock }) =>
    cloudEventsSource({
      secrets: webhookSecrets.CLOUDEVENTS_WEBHOOK_SECRET,
      allowedOrigins: variables.CLOUDEVENTS_ALLOWED_ORIGINS,
      accessToken: apiSecrets.CLOUDEVENTS_ACCESS_TOKEN,
      origin: origins.CLOUDEVENTS_API_URL,
      ...config,
      clock,
    }),
})
