import { askedOnce, type OwnAccount } from '../own-account.ts'
import { queryPage, type SalesforceApi } from './query.ts'

/** The organization of the access token; undefined when Salesforce answers 404. Asked for once. */
export function ownOrganization(api: SalesforceApi): OwnAccount {
  return askedOnce(async () => {
    const page = await queryPage('query', 'SELECT Id FROM Organization', api)
    return page?.records[0]?.Id
  })
}
