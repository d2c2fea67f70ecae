import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, CrmDiagnosis } from '../offline-definition.ts'
import { examineWebhooks, fine, wrong } from '../webhook-findings.ts'
import { callAttio } from './call.ts'
import { selfSchema, webhooksSchema } from './schemas.ts'

export const followedEvents = ['record.created', 'record.updated', 'record.deleted', 'record.merged'] as const
const neededScopes = ['record_permission', 'object_configuration'] as const

/**
 * Attio tells the scopes of a token (https://docs.attio.com/rest-api/endpoint-reference/meta/identify), and the webhooks of the
 * workspace to a token with the scope `webhook:read` (https://docs.attio.com/rest-api/endpoint-reference/webhooks/list-webhooks).
 */
export const attioDiagnosis: CrmDiagnosis = {
  async scopes(connection) {
    const response = await get('/v2/self', connection)
    const { scope } = readAnswer('Attio', selfSchema, response, connection.clock.now())
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
    const response = await get('/v2/webhooks?limit=100', connection)
    if (response.status === 403) return fine('could not be checked: the token lacks the scope webhook:read')
    const { data } = readAnswer('Attio', webhooksSchema, response, connection.clock.now())
    const listed = data.map(({ id, target_url, status, subscriptions }) => ({
      id: id.webhook_id,
      url: target_url,
      status,
      events: subscriptions.map(({ event_type }) => event_type),
    }))
    return examineWebhooks(listed, followedEvents, connection, 'ATTIO_WEBHOOK_SECRET')
  },
}

async function get(path: string, { origins, secrets }: CrmConnection) {
  const { ATTIO_API_URL: origin = '' } = origins
  return callAttio({ origin, accessToken: secrets['ATTIO_ACCESS_TOKEN'], method: 'GET', path })
}
