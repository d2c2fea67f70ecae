import type { WebhookRequest } from '../../core/ports/crm-source.ts'
import { isObject, parseJson } from '../../support/json.ts'
import { checkSharedSecret, unproven } from '../proof.ts'

type Channel = {
  /** Several during rotation. */
  readonly tokens: readonly string[]
  /** The only channel that is accepted; any when undefined. */
  readonly channelId?: string | undefined
}

/**
 * Verifies the token in the body, which Zoho repeats from the channel, and the channel's id where one is configured. Zoho does
 * not sign (https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html). Throws WebhookRejected 401, also
 * when no token is configured, and for a body that is not JSON, since it cannot have a token.
 */
export function verifyZohoToken({ body }: WebhookRequest, { tokens, channelId }: Channel): void {
  const { token, channel_id: channel } = fieldsOf(body)
  checkSharedSecret(typeof token === 'string' ? token : undefined, tokens, {
    what: 'channel token for Zoho CRM (ZOHO_WEBHOOK_SECRET)',
    where: 'the token in the body',
  })
  if (channelId === undefined) return
  if (channel === undefined || channel === null || channel === '')
    throw unproven('CREDENTIALS_MISSING', 'the channel_id in the body is missing')
  if (String(channel) !== channelId)
    throw unproven('CREDENTIALS_WRONG', 'the channel_id in the body is that of another channel')
}

function fieldsOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const json = parseJson(body)
    return isObject(json) ? json : {}
  } catch {
    return {}
  }
}

/** The body with the channel's token in it. Counterpart of `verifyZohoToken`. Leaves what is not a JSON object unchanged. */
export function signZohoBody(body: Uint8Array, token: string): Uint8Array {
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return isObject(json) ? Buffer.from(JSON.stringify({ ...json, token }), 'utf8') : body
  } catch {
    return body
  }
}
