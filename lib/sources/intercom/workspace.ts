import { isMissing, readAnswer } from '../crm-answer.ts'
import { callIntercom, type IntercomApi } from './call.ts'
import { meSchema } from './schemas.ts'

/**
 * The workspace of the access token (`GET /me`), which webhooks name `app_id`; undefined when Intercom does not return it.
 * Throws as `readAnswer` does.
 */
export async function fetchWorkspace(api: IntercomApi): Promise<string | undefined> {
  const response = await callIntercom(api, { method: 'GET', path: '/me' })
  if (isMissing('Intercom', response)) return undefined
  return readAnswer('Intercom', meSchema, response, api.clock.now()).app?.id_code
}
