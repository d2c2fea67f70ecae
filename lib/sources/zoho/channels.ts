import { Misconfigured } from '../../core/model/errors.ts'
import type { ChannelKeeper } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sha256 } from '../../support/hmac.ts'
import type { ZohoApi } from './api.ts'
import { fetchChannels, saveChannel } from './channel-calls.ts'
import type { ListedChannel } from './schemas.ts'
import type { ModuleName } from './to-customer.ts'

type Settings = {
  readonly call: ZohoApi
  readonly modules: readonly ModuleName[]
  /** The channel's token: the first of the configured ones. */
  readonly token: string | undefined
  readonly channelId?: string | undefined
  readonly webhookUrl: string
  readonly clock: Clock
}

/** Six days and 23 hours. For more than a week, Zoho makes it an hour. */
const lifetimeMillis = (7 * 24 - 1) * 3_600_000
const longestToken = 50

type Channel = { readonly id: string; readonly parts: readonly ListedChannel[] }

/**
 * Keeps the channels that notify our URL (https://www.zoho.com/crm/developer/docs/api/v8/notifications/enable.html). One that
 * expires soon, or has another token than ours, is renewed. A module that none of them notifies of is added by creating our
 * own channel. Throws as `fetchCustomers` does for the CRM as a whole.
 */
export function zohoChannels(settings: Settings): ChannelKeeper {
  const { call, clock, modules, webhookUrl } = settings
  return {
    async renew(until) {
      const token = checkedToken(settings.token)
      const expiresAt = new Date(clock.now().getTime() + lifetimeMillis)
      const channels = ours(await fetchChannels(call, clock), settings)
      for (const { id, parts } of channels.filter((channel) => needsRenewal(channel, token, until))) {
        const events = [...new Set(parts.flatMap((part) => part.events))]
        const url = parts[0]?.notify_url ?? webhookUrl
        const channel = { id, events, url, token, expiresAt }
        const isRenewed = await saveChannel('PATCH', channel, call, clock)
        // It expired meanwhile.
        if (!isRenewed) await saveChannel('POST', channel, call, clock)
      }
      const covered = modulesOf(channels)
      if (modules.every((module) => covered.has(module))) return
      const events = modules.map((module) => `${module}.all`)
      const own = { id: ownChannelId(settings), events, url: webhookUrl, token, expiresAt }
      await saveChannel('POST', own, call, clock)
    },
  }
}

function checkedToken(token: string | undefined): string {
  if (!token) throw new Misconfigured('BAD_SETTING', 'ZOHO_WEBHOOK_SECRET is not set')
  if (token.length <= longestToken) return token
  throw new Misconfigured('BAD_SETTING', `ZOHO_WEBHOOK_SECRET has more than ${longestToken} characters`)
}

function needsRenewal({ parts }: Channel, token: string, until: Date): boolean {
  return parts.some((part) => part.token !== token || !(Date.parse(part.channel_expiry) >= until.getTime()))
}

/** The channels that notify our URL, which may carry a query; only that with the configured id where there is one. */
export function ours(
  listed: readonly ListedChannel[],
  { webhookUrl, channelId }: Pick<Settings, 'webhookUrl' | 'channelId'>,
): readonly Channel[] {
  const parts = listed.filter(
    ({ notify_url: url, channel_id: id }) =>
      url.split(/[?#]/)[0]?.replace(/\/+$/, '') === webhookUrl && (channelId ?? id) === id,
  )
  return [...Map.groupBy(parts, ({ channel_id }) => channel_id)].map(([id, members]) => ({
    id,
    parts: members,
  }))
}

const operations = ['create', 'edit', 'delete'] as const

/** The modules of which these channels send every event. */
export function modulesOf(channels: readonly Channel[]): ReadonlySet<string> {
  const events = new Set(channels.flatMap(({ parts }) => parts.flatMap((part) => part.events)))
  const modules = [...events].map((event) => event.split('.')[0] ?? '')
  return new Set(
    modules.filter(
      (module) =>
        events.has(`${module}.all`) || operations.every((operation) => events.has(`${module}.${operation}`)),
    ),
  )
}

/** Made of our URL, so that it is the same at each renewal and differs between stages. 16 digits. */
export function ownChannelId({ channelId, webhookUrl }: Pick<Settings, 'channelId' | 'webhookUrl'>): string {
  return channelId ?? String(10 ** 15 + sha256(webhookUrl).readUIntBE(0, 6))
}
