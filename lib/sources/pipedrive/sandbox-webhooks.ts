import * as z from 'zod'

/** A webhook of the company, put there as a person would in Pipedrive's settings: `{"object": "webhooks", …}`. */
const webhookSchema = z.looseObject({
  object: z.literal('webhooks'),
  id: z.int().positive(),
  event_action: z.string().min(1),
  event_object: z.string().min(1),
  subscription_url: z.url(),
  version: z.enum(['1.0', '2.0']).default('2.0'),
  is_active: z.union([z.literal(0), z.literal(1)]).default(1),
  last_http_status: z.int().nullable().default(null),
})

type Webhook = z.infer<typeof webhookSchema>

/** The company's webhooks: those of docs/connect/pipedrive.md where there is a `url`, and those that were put there. */
export function sandboxWebhooks(url: string | undefined, company: number) {
  const webhooks = new Map(webhooksTo(url).map((webhook) => [webhook.id, webhook]))
  return {
    /** As `GET /api/v1/webhooks` shows them. */
    list: () => [...webhooks.values()].map(({ object: _, ...shown }) => ({ company_id: company, ...shown })),
    /** False for a record that is no webhook. */
    put: (record: unknown): boolean => {
      const { success, data } = webhookSchema.safeParse(record)
      if (success) webhooks.set(data.id, data)
      return success
    },
  }
}

/** A webhook v2 for each object that is followed. */
function webhooksTo(url: string | undefined): Webhook[] {
  if (url === undefined) return []
  return ['person', 'organization'].map((event_object, index) =>
    webhookSchema.parse({
      object: 'webhooks',
      id: index + 1,
      event_action: '*',
      event_object,
      subscription_url: url,
    }),
  )
}
