import { Rejected } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { HttpResponse } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { readAnswer } from '../crm-answer.ts'
import { type ZohoApi, zohoTime } from './api.ts'
import { channelsSchema, type ListedChannel, watchedSchema } from './schemas.ts'

type Channel = {
  readonly id: string
  readonly events: readonly string[]
  readonly url: string
  readonly token: string
  readonly expiresAt: Date
}

/** The channels of the token's user. Zoho lists one entry for each module of a channel, and no expired ones. */
export async function fetchChannels(call: ZohoApi, clock: Clock): Promise<readonly ListedChannel[]> {
  const response = await call({ method: 'GET', path: '/actions/watch' })
  if (response.status === 204) return []
  return readAnswer('Zoho', channelsSchema, response, clock.now()).watch
}

/**
 * Creates (POST) or changes (PATCH, https://www.zoho.com/crm/developer/docs/api/v8/notifications/update-info.html) a channel.
 * False when there is none to change. Throws Rejected when Zoho does not accept it.
 */
export async function saveChannel(
  method: 'POST' | 'PATCH',
  { id, events, url, token, expiresAt }: Channel,
  call: ZohoApi,
  clock: Clock,
): Promise<boolean> {
  const watch = {
    channel_id: id,
    events,
    channel_expiry: zohoTime(expiresAt),
    token,
    notify_url: url,
    // By default, an account is also notified of when one of its contacts changes.
    notify_on_related_action: false,
    return_affected_field_values: false,
  }
  const response = await call({ method, path: '/actions/watch', body: { watch: [watch] } })
  // Zoho may report an error with any status.
  const { status, code } =
    resultOf(response) ?? readAnswer('Zoho', watchedSchema, response, clock.now()).watch[0] ?? {}
  if (status === 'success') return true
  if (method === 'PATCH' && code === 'NOT_SUBSCRIBED') return false
  const shown = code && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : ''
  throw new Rejected('CRM_REFUSED', `Zoho does not accept the notification channel${shown}`)
}

/** What became of the channel; undefined where the answer does not say so. */
function resultOf({ text }: HttpResponse) {
  return watchedSchema.safeParse(answeredJson(text)).data?.watch[0]
}
