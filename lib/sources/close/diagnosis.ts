import { readAnswer } from '../crm-answer.ts'
import type { CrmDiagnosis } from '../offline-definition.ts'
import { examineWebhooks, fine } from '../webhook-findings.ts'
import { callClose } from './call.ts'
import { webhooksSchema } from './schemas.ts'

/** What docs/connect/close.md asks for. */
export const followedEvents = [
  { object_type: 'contact', action: 'created' },
  { object_type: 'contact', action: 'updated' },
  { object_type: 'contact', action: 'deleted' },
  { object_type: 'lead', action: 'updated' },
  { object_type: 'lead', action: 'merged' },
] as const
const nameOf = ({ object_type, action }: { readonly object_type: string; readonly action: string }) =>
  `${object_type}.${action}`

/** Close lists the subscriptions of the organization (https://developer.close.com/api/resources/webhooks/list). An API key has no scopes. */
export const closeDiagnosis: CrmDiagnosis = {
  async webhook(connection) {
    const { origins, secrets, clock } = connection
    const { CLOSE_API_URL: origin = '' } = origins
    const apiKey = secrets['CLOSE_ACCESS_TOKEN']
    const response = await callClose({ origin, apiKey, method: 'GET', path: '/webhook/' })
    if (response.status === 403)
      return fine('could not be checked: the user of the API key may not list webhooks')
    const { data } = readAnswer('Close', webhooksSchema, response, clock.now())
    const listed = data.map(({ events, ...webhook }) => ({ ...webhook, events: events.map(nameOf) }))
    return examineWebhooks(listed, followedEvents.map(nameOf), connection, 'CLOSE_WEBHOOK_SECRET')
  },
}
