import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { callAttio } from './call.ts'
import { selfSchema } from './schemas.ts'

type Settings = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly clock: Clock
}

/**
 * The workspace of the access token (https://docs.attio.com/rest-api/endpoint-reference/meta/identify); undefined when Attio
 * answers 404. Throws Misconfigured for a token that Attio calls inactive, otherwise as `readAnswer` does.
 */
export async function fetchWorkspace(settings: Settings): Promise<string | undefined> {
  const response = await callAttio({ ...settings, method: 'GET', path: '/v2/self' })
  if (isMissing('Attio', response)) return undefined
  const { active, workspace_id } = readAnswer('Attio', selfSchema, response, settings.clock.now())
  if (active === false) {
    throw new Misconfigured('CRM_DENIED', 'Attio says that ATTIO_ACCESS_TOKEN is not an active token')
  }
  return workspace_id ?? undefined
}
