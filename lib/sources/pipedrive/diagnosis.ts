import { sendRequest } from '../../support/http.ts'
import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { fine, isSameUrl, wrong } from '../webhook-findings.ts'
import { checkPipedriveWriteBack } from './check-write-back.ts'
import { type ListedWebhook, webhooksSchema } from './schemas.ts'

/** What docs/connect/pipedrive.md asks for. Organizations are customers of some companies only. */
const objects = [
  { name: 'person', isNeeded: true },
  { name: 'organization', isNeeded: false },
] as const
/** The names of webhooks v2, and those of v1. */
const actions: Readonly<Record<string, readonly string[]>> = {
  '2.0': ['create', 'change', 'delete'],
  '1.0': ['added', 'updated', 'deleted', 'merged'],
}

/** Pipedrive lists the webhooks of the token's company (https://developers.pipedrive.com/docs/api/v1/Webhooks). */
export const pipedriveDiagnosis: CrmDiagnosis = {
  writeBack: checkPipedriveWriteBack,
  async webhook(connection) {
    const { webhookUrl, guide } = connection
    if (webhookUrl === null) return fine('could not be checked: the webhook URL is not known: give --url')
    const active = (await fetchWebhooks(connection)).filter(({ is_active }) => is_active)
    const ours = active.filter(({ subscription_url }) => isSameUrl(subscription_url, webhookUrl))
    return (
      findUnsubscribed(ours, connection) ??
      findDuplicates(ours, guide) ??
      findFailing(ours) ??
      fine(`every event is sent to ${webhookUrl} once${withoutOrganizations(ours)}`)
    )
  },
}

async function fetchWebhooks({ origins, secrets, clock }: CrmConnection): Promise<readonly ListedWebhook[]> {
  const { PIPEDRIVE_API_URL: origin = '' } = origins
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/api/v1/webhooks`,
    headers: { 'x-api-token': secrets['PIPEDRIVE_API_TOKEN'] ?? '', accept: 'application/json' },
  })
  return readAnswer('Pipedrive', webhooksSchema, response, clock.now()).data
}

function isWildcardOr(given: string, name: string): boolean {
  return given === '*' || given === name
}

type Event = { readonly object: string; readonly action: string; readonly by: readonly ListedWebhook[] }

/** Each event of the webhooks' versions, and which of the webhooks send it. */
function eventsOf(ours: readonly ListedWebhook[]): readonly Event[] {
  const version = ours.some((webhook) => webhook.version === '1.0') ? '1.0' : '2.0'
  return objects.flatMap(({ name: object }) =>
    (actions[version] ?? []).map((action) => ({
      object,
      action,
      by: ours.filter(
        (webhook) => isWildcardOr(webhook.event_object, object) && isWildcardOr(webhook.event_action, action),
      ),
    })),
  )
}

function findUnsubscribed(
  ours: readonly ListedWebhook[],
  { webhookUrl, guide }: CrmConnection,
): Told | undefined {
  const missing = objects.flatMap(({ name, isNeeded }) => {
    const events = eventsOf(ours).filter(({ object }) => object === name)
    const unsent = events.filter(({ by }) => by.length === 0)
    // No event of an object that is not needed is a choice; some events of it are a mistake.
    return isNeeded || unsent.length < events.length ? unsent : []
  })
  if (missing.length === 0) return undefined
  const names = missing.map(({ object, action }) => `${action}.${object}`).join(', ')
  return wrong(
    `no webhook sends ${names} to ${webhookUrl}`,
    `Create a webhook for person.* and organization.* with exactly this URL: see ${guide}.`,
  )
}

function findDuplicates(ours: readonly ListedWebhook[], guide: string): Told | undefined {
  const twice = eventsOf(ours).find(({ by }) => by.length > 1)
  if (!twice) return undefined
  const [first, ...others] = twice.by.map(({ id }) => id)
  return wrong(
    `webhooks ${[first, ...others].join(' and ')} both send ${twice.action}.${twice.object}`,
    `Delete webhook ${others.join(', ')} under Tools and apps → Webhooks: see ${guide}.`,
  )
}

function findFailing(ours: readonly ListedWebhook[]): Told | undefined {
  const refused = ours.find(({ last_http_status: status }) => status && status >= 400 && status < 500)
  if (!refused) return undefined
  return wrong(
    `the last delivery of webhook ${refused.id} was answered ${refused.last_http_status}`,
    'Give the webhook the HTTP user and password of PIPEDRIVE_WEBHOOK_USER and PIPEDRIVE_WEBHOOK_PASSWORD, change a test record, then run the doctor again.',
  )
}

function withoutOrganizations(ours: readonly ListedWebhook[]): string {
  const isSent = eventsOf(ours).some(({ object, by }) => object === 'organization' && by.length > 0)
  return isSent ? '' : '; organizations are not followed'
}
