import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { callAttio } from './call.ts'
import { type ListedWebhook, selfSchema, webhooksSchema } from './schemas.ts'

export const followedEvents = ['record.created', 'record.updated', 'record.deleted', 'record.merged'] as const
const neededScopes = ['record_permission', 'object_configuration'] as const

/**
 * Attio tells the scopes of a token (https://docs.attio.com/rest-api/endpoint-reference/meta/identify), and the webhooks of the
 * workspace to a token with the scope `webhook:read` (https://docs.attio.com/rest-api/endpoint-reference/webhooks/list-webhooks).
 */
export const attioDiagnosis: CrmDiagnosis = {
  async scopes(connection) {
    const { scope } = readAnswer(
      'Attio',
      selfSchema,
      await get('/v2/self', connection),
      connection.clock.now(),
    )
    if (!scope) return fine('could not be checked: Attio does not tell the scopes of this token')
    const held = scope.split(' ').map((each) => each.replace(/:read(-write)?$/, ''))
    const missing = neededScopes.filter((each) => !held.includes(each))
    if (missing.length === 0) return fine(neededScopes.map((each) => `${each}:read`).join(' and '))
    return wrong(
      `the token lacks the scope ${missing.map((each) => `${each}:read`).join(' and ')}`,
      `Add it to the access token under Workspace settings → Developers: see ${connection.guide}.`,
    )
  },
  async webhook(connection) {
    const { webhookUrl, guide, clock } = connection
    if (webhookUrl === null) return fine('could not be checked: the webhook URL is not known: give --url')
    const response = await get('/v2/webhooks?limit=100', connection)
    if (response.status === 403) return fine('could not be checked: the token lacks the scope webhook:read')
    const { data } = readAnswer('Attio', webhooksSchema, response, clock.now())
    const ours = data.filter(({ target_url }) => isSame(target_url, webhookUrl))
    return (
      findUnsubscribed(ours, webhookUrl, guide) ??
      findDuplicates(ours, guide) ??
      findInactive(ours) ??
      fine(`every event is sent to ${webhookUrl} once`)
    )
  },
}

const fine = (finding: string): Told => ({ ok: true, finding, fix: null })
const wrong = (finding: string, fix: string): Told => ({ ok: false, finding, fix })

async function get(path: string, { origins, secrets }: CrmConnection) {
  const { ATTIO_API_URL: origin = '' } = origins
  return callAttio({ origin, accessToken: secrets['ATTIO_ACCESS_TOKEN'], method: 'GET', path })
}

/** The URL may carry a query. */
function isSame(url: string, webhookUrl: string): boolean {
  return url.split(/[?#]/)[0]?.replace(/\/+$/, '') === webhookUrl
}

function sendersOf(event: string, ours: readonly ListedWebhook[]): readonly ListedWebhook[] {
  return ours.filter(({ subscriptions }) => subscriptions.some(({ event_type }) => event_type === event))
}

function findUnsubscribed(ours: readonly ListedWebhook[], url: string, guide: string): Told | undefined {
  const missing = followedEvents.filter((event) => sendersOf(event, ours).length === 0)
  if (missing.length === 0) return undefined
  return wrong(
    `no webhook sends ${missing.join(', ')} to ${url}`,
    `Subscribe a webhook with exactly this URL to them: see ${guide}.`,
  )
}

/** Two subscriptions with different filters are a choice of the operator; two whole webhooks are not. */
function findDuplicates(ours: readonly ListedWebhook[], guide: string): Told | undefined {
  const twice = followedEvents.find((event) => sendersOf(event, ours).length > 1)
  if (twice === undefined) return undefined
  const [first, ...others] = sendersOf(twice, ours).map(({ id }) => id.webhook_id)
  return wrong(
    `webhooks ${[first, ...others].join(' and ')} both send ${twice}`,
    `Delete webhook ${others.join(', ')}: see ${guide}.`,
  )
}

function findInactive(ours: readonly ListedWebhook[]): Told | undefined {
  const failing = ours.find(({ status }) => status && status !== 'active')
  if (!failing) return undefined
  return wrong(
    `webhook ${failing.id.webhook_id} is ${failing.status}`,
    'Check ATTIO_WEBHOOK_SECRET, change a test record, then run the doctor again.',
  )
}
