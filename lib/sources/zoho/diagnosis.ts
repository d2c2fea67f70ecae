import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { fine, wrong } from '../webhook-findings.ts'
import { zohoApi } from './api.ts'
import { fetchChannels } from './channel-calls.ts'
import { modulesOf, ours } from './channels.ts'
import type { ListedChannel } from './schemas.ts'

/** A channel is renewed every day, so that one with less left than this has not been renewed for days. */
const leastMillis = 4 * 86_400_000

/** Zoho lists the channels of the token's user. */
export const zohoDiagnosis: CrmDiagnosis = {
  async webhook(connection) {
    const { webhookUrl, guide, clock } = connection
    if (webhookUrl === null) return fine('could not be checked: the webhook URL is not known: give --url')
    const channels = ours(await fetchChannels(apiOf(connection), clock), { webhookUrl })
    const modules = modulesOf(channels)
    if (!modules.has('Contacts')) {
      return wrong(
        `no notification channel sends all events of Contacts to ${webhookUrl}`,
        `Invoke the function renewChannels, which creates it: see ${guide}.`,
      )
    }
    const parts = channels.flatMap((channel) => channel.parts)
    const expiry = soonest(parts)
    const until = `until ${new Date(expiry).toISOString()}`
    const names = [...modules].toSorted().join(', ')
    return (
      findLimited(parts) ??
      findExpiring(expiry - clock.now().getTime(), until) ??
      fine(`all events of ${names} are sent to ${webhookUrl} ${until}`)
    )
  },
}

function apiOf({ origins, secrets, tokens, clock }: CrmConnection) {
  return zohoApi({
    apiOrigin: origins['ZOHO_API_URL'],
    accountsOrigin: origins['ZOHO_ACCOUNTS_URL'] ?? '',
    clientId: secrets['ZOHO_CLIENT_ID'],
    clientSecret: secrets['ZOHO_CLIENT_SECRET'],
    refreshToken: secrets['ZOHO_REFRESH_TOKEN'],
    tokens,
    clock,
  })
}

function soonest(parts: readonly ListedChannel[]): number {
  return Math.min(...parts.map(({ channel_expiry }) => Date.parse(channel_expiry) || 0))
}

function findLimited(parts: readonly ListedChannel[]): Told | undefined {
  const limited = parts.find(({ notification_condition: condition }) => condition && condition.length > 0)
  if (!limited) return undefined
  return wrong(
    `channel ${limited.channel_id} reports the changes of some fields only`,
    'Delete the channel, and invoke the function renewChannels, which creates one without a condition.',
  )
}

function findExpiring(leftMillis: number, until: string): Told | undefined {
  if (leftMillis >= leastMillis) return undefined
  return wrong(
    `the notification channel lasts only ${until}, so it has not been renewed`,
    'See the log of renewChannels for the reason, fix it, and invoke the function.',
  )
}
