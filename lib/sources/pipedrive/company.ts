import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { userSchema } from './schemas.ts'

type Settings = { readonly origin: string; readonly apiToken: string; readonly clock: Clock }

/**
 * The company of the API token (https://pipedrive.readme.io/docs/marketplace-getting-user-data); undefined when
 * Pipedrive answers 404. Throws as `readAnswer` does.
 */
export async function fetchCompany({ origin, apiToken, clock }: Settings): Promise<string | undefined> {
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/api/v1/users/me`,
    headers: { 'x-api-token': apiToken, accept: 'application/json' },
  })
  if (isMissing('Pipedrive', response)) return undefined
  return readAnswer('Pipedrive', userSchema, response, clock.now()).data.company_id
}
