import type { Clock } from '../../core/ports/observers.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { type AccessTokens, sharedAccessToken } from '../access-token.ts'
import { requestSalesforceToken, type SalesforceCredentials } from './request-token.ts'

/** The access token of these credentials, which all functions share. Calls nothing until it is asked for. */
export function salesforceTokens(
  credentials: SalesforceCredentials & { readonly clock: Clock },
  store: TokenStore,
): AccessTokens {
  const { origin, clientId, clientSecret, username, clock } = credentials
  return sharedAccessToken({
    name: 'salesforce',
    title: 'Salesforce',
    credentials: [origin, clientId, clientSecret, username],
    store,
    clock,
    request: () => requestSalesforceToken(credentials),
  })
}
