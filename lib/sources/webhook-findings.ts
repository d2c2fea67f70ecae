import type { CrmConnection, Told } from './offline-definition.ts'

/** A webhook as a CRM lists it, with the names of the events that it sends. */
export type ListedWebhook = {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  /** `active`, or what the CRM calls a webhook that it does not send. */
  readonly status?: string | null | undefined
}

export const fine = (finding: string): Told => ({ ok: true, finding, fix: null })
export const wrong = (finding: string, fix: string): Told => ({ ok: false, finding, fix })

/** Whether each of the events is sent to the webhook URL exactly once, by webhooks that are active. */
export function examineWebhooks(
  listed: readonly ListedWebhook[],
  events: readonly string[],
  { webhookUrl, guide }: CrmConnection,
  secret: string,
): Told {
  if (webhookUrl === null) return fine('could not be checked: the webhook URL is not known: give --url')
  const ours = listed.filter(({ url }) => isSameUrl(url, webhookUrl))
  const sendersOf = (event: string) => ours.filter((webhook) => webhook.events.includes(event))
  const missing = events.filter((event) => sendersOf(event).length === 0)
  if (missing.length > 0) {
    return wrong(
      `no webhook sends ${missing.join(', ')} to ${webhookUrl}`,
      `Subscribe a webhook with exactly this URL to them: see ${guide}.`,
    )
  }
  const twice = events.find((event) => sendersOf(event).length > 1)
  if (twice !== undefined) {
    const [first, ...others] = sendersOf(twice).map(({ id }) => id)
    return wrong(
      `webhooks ${[first, ...others].join(' and ')} both send ${twice}`,
      `Delete webhook ${others.join(', ')}: see ${guide}.`,
    )
  }
  const stopped = ours.find(({ status }) => status && status !== 'active')
  if (stopped) {
    return wrong(
      `webhook ${stopped.id} is ${stopped.status}`,
      `Check ${secret}, activate the webhook, change a test record, then run the doctor again.`,
    )
  }
  return fine(`every event is sent to ${webhookUrl} once`)
}

/** Whether a CRM's URL is the webhook URL; it may carry a query. */
export function isSameUrl(url: string, webhookUrl: string): boolean {
  return url.split(/[?#]/)[0]?.replace(/\/+$/, '') === webhookUrl
}
