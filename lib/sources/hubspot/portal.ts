import { Misconfigured } from '../../core/model/errors.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { askedOnce } from '../own-account.ts'
import type { HubspotAccessTokens } from './access-tokens.ts'
import { callHubspot } from './call.ts'
import { accountSchema } from './schemas.ts'

type Settings = { readonly origin: string; readonly accessTokens: HubspotAccessTokens; readonly clock: Clock }

/** The portal of the token for an account; undefined when the setting names it, or when HubSpot does not return it. */
export type PortalOf = (account: string) => Promise<string | undefined>

/** Looks up, once, the portal of the token that `HUBSPOT_ACCESS_TOKEN` holds without a portal id. */
export function hubspotPortals({ origin, accessTokens, clock }: Settings): PortalOf {
  const { byAccount, default: token } = accessTokens
  if (token === undefined) return async () => undefined
  const own = askedOnce(() => fetchPortal(origin, token, clock))
  return async (account) => (Object.hasOwn(byAccount, account) ? undefined : own())
}

/**
 * `GET /account-info/v3/details` (https://developers.hubspot.com, "Account information API"). Undefined when HubSpot
 * answers 404. Throws Misconfigured when the token may not call it; otherwise throws as `readAnswer` does.
 */
async function fetchPortal(origin: string, token: string, clock: Clock): Promise<string | undefined> {
  const response = await callHubspot({ origin, token, method: 'GET', path: '/account-info/v3/details' })
  if (isMissing('HubSpot', response)) return undefined
  if (response.status === 401 || response.status === 403) {
    throw new Misconfigured(
      'CRM_DENIED',
      `HubSpot answered ${response.status} to the request for the token's portal: check HUBSPOT_ACCESS_TOKEN, or write it as portalId=token`,
    )
  }
  return readAnswer('HubSpot', accountSchema, response, clock.now()).portalId
}
