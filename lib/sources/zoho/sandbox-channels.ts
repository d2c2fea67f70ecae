import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { refusal, shownTime } from './sandbox-answers.ts'

const events = z.array(z.string().regex(/^\w+\.(all|create|edit|delete)$/)).min(1)
const channelShape = {
  channel_id: z.string().regex(/^\d{1,18}$/),
  notify_url: z.url().max(255),
  events,
  /** Whole seconds, with an offset. */
  channel_expiry: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
    .optional(),
  token: z.string().max(50).optional(),
  notify_on_related_action: z.boolean().default(true),
  return_affected_field_values: z.boolean().default(false),
  notification_condition: z.array(z.unknown()).nullable().default(null),
}
const watchSchema = z.strictObject({ watch: z.array(z.strictObject(channelShape)).min(1).max(50) })
/** A channel that somebody created: `{"object": "channels", …}`. */
const putSchema = z.strictObject({ object: z.literal('channels'), ...channelShape })
type Channel = z.infer<z.ZodObject<typeof channelShape>>

const hour = 3_600_000
const week = 7 * 24 * hour

/** The notification channels of the token's user, which expire. `now` is the sandbox's clock. */
export function sandboxChannels(now: () => number) {
  const channels = new Map<string, Channel & { readonly expiresAt: number }>()
  const active = () => [...channels.values()].filter(({ expiresAt }) => expiresAt > now())
  const save = (channel: Channel) => {
    const asked = Date.parse(channel.channel_expiry ?? '') - now()
    // No error, but an hour.
    channels.set(channel.channel_id, { ...channel, expiresAt: now() + (asked <= week ? asked : hour) })
  }

  return {
    /** False for a record that is no channel. */
    put: (record: unknown): boolean => {
      const { success, data } = putSchema.safeParse(record)
      if (!success) return false
      const { object: _, ...channel } = data
      save(channel)
      return true
    },

    list: (): SandboxResponse => {
      const watch = active().flatMap(listed)
      if (watch.length === 0) return { status: 204 }
      return {
        status: 200,
        body: { watch, info: { per_page: 200, count: watch.length, page: 1, more_records: false } },
      }
    },

    /** `POST` creates or replaces, `PATCH` changes what is active. */
    watch: (method: string, body: unknown): SandboxResponse => {
      const parsed = watchSchema.safeParse(body)
      if (!parsed.success) {
        const path = parsed.error.issues[0]?.path.join('.') ?? ''
        return { status: 400, body: { watch: [failed('INVALID_DATA', path)] } }
      }
      const known = new Set(active().map(({ channel_id }) => channel_id))
      const unknown = parsed.data.watch.find(({ channel_id }) => !known.has(channel_id))
      if (method === 'PATCH' && unknown)
        return { status: 400, body: { watch: [failed('NOT_SUBSCRIBED', '')] } }
      for (const channel of parsed.data.watch) save(channel)
      const watch = parsed.data.watch.map(({ channel_id: id }) => ({
        code: 'SUCCESS',
        details: {
          events: active()
            .filter((channel) => channel.channel_id === id)
            .flatMap(subscribed),
        },
        message: 'Successfully subscribed for actions-watch of the given module',
        status: 'success',
      }))
      return { status: method === 'PATCH' ? 200 : 201, body: { watch } }
    },
  }
}

const failed = (code: string, path: string) => refusal(400, code, 'not accepted', { json_path: path }).body

type Active = Channel & { readonly expiresAt: number }

const modulesOf = (channel: Active) => [...new Set(channel.events.map((event) => event.split('.')[0] ?? ''))]

function subscribed(channel: Active) {
  return modulesOf(channel).map((module) => ({
    channel_expiry: shownTime(new Date(channel.expiresAt)),
    resource_uri: `https://www.zohoapis.com/crm/v8/${module}`,
    resource_id: '5843101000000002175',
    resource_name: module,
    channel_id: channel.channel_id,
  }))
}

/** One entry for each module. */
function listed(channel: Active) {
  const { expiresAt: _, channel_expiry: __, ...shown } = channel
  return subscribed(channel).map((part) => ({
    ...shown,
    ...part,
    token: channel.token ?? null,
    fields: null,
    events: channel.events.filter((event) => event.startsWith(`${part.resource_name}.`)),
  }))
}
