import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { type CloseApi, callClose } from './call.ts'
import { meSchema } from './schemas.ts'

/**
 * The organization of the API key (https://developer.close.com/api/resources/users/get-me); undefined when Close answers 404, or
 * names several of the user's organizations and not the key's. Throws as `readAnswer` does.
 */
export async function fetchOrganization(
  api: CloseApi & { readonly clock: Clock },
): Promise<string | undefined> {
  const response = await callClose({ ...api, method: 'GET', path: '/me/' })
  if (isMissing('Close', response)) return undefined
  const { organization_id, organizations } = readAnswer('Close', meSchema, response, api.clock.now())
  if (organization_id) return organization_id
  const [own, another] = organizations ?? []
  return another ? undefined : own?.id
}
