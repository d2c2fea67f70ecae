import { isMissing, readAnswer } from '../crm-answer.ts'
import { apiPath, crm, type DataverseApi, getFromDataverse } from './call.ts'
import { whoAmISchema } from './schemas.ts'

/**
 * The organization of the access token (https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami);
 * undefined when Dataverse answers 404. Throws as `readAnswer` does.
 */
export async function fetchOrganization(api: DataverseApi): Promise<string | undefined> {
  const response = await getFromDataverse(`${apiPath}/WhoAmI`, api)
  if (isMissing(crm, response)) return undefined
  return readAnswer(crm, whoAmISchema, response, api.clock.now()).OrganizationId
}
