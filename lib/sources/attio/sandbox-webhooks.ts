import * as z from 'zod'
import { followedEvents } from './diagnosis.ts'

/** A webhook of the workspace, put there as a person would in Attio's settings: `{"object": "webhooks", …}`. */
const webhookSchema = z.strictObject({
  object: z.literal('webhooks'),
  id: z.string().min(1),
  target_url: z.url(),
  status: z.enum(['active', 'degraded', 'inactive']).default('active'),
  subscriptions: z.array(z.strictObject({ event_type: z.string().min(1), filter: z.unknown() })),
})
type Webhook = z.infer<typeof webhookSchema>

/** The workspace's webhooks: that of docs/connect/attio.md where there is a `url`, and those that were put there. */
export function sandboxWebhooks(url: string | undefined, workspace_id: string) {
  const webhooks = new Map<string, Webhook>()
  const put = (record: unknown): boolean => {
    const { success, data } = webhookSchema.safeParse(record)
    if (success) webhooks.set(data.id, data)
    return success
  }
  if (url !== undefined) {
    const subscriptions = followedEvents.map((event_type) => ({ event_type, filter: null }))
    put({ object: 'webhooks', id: 'f0a4c2b8-6d1e-4e57-9c38-2b7a5d9e4401', target_url: url, subscriptions })
  }
  return {
    /** As `GET /v2/webhooks` shows them. */
    list: () =>
      [...webhooks.values()].map(({ object: _, id, ...shown }) => ({
        ...shown,
        id: { workspace_id, webhook_id: id },
        created_at: '2026-01-05T08:00:00.000000000Z',
      })),
    /** False for a record that is no webhook. */
    put,
  }
}
