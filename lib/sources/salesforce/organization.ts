import type { SalesforceApi } from './call.ts'
import { queryPage } from './query.ts'

/** The organization of the access token; undefined when Salesforce answers 404. Throws as `readAnswer` does. */
export async function fetchOrganization(api: SalesforceApi): Promise<string | undefined> {
  const page = await queryPage('query', 'SELECT Id FROM Organization', api)
  return page?.records[0]?.Id
}
