import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { checkHubspotWriteBack } from './check-write-back.ts'
import { companiesScope, contactsScope, type HubspotToken, scopesOf, tokensOf } from './tokens.ts'

/** HubSpot's webhook subscriptions of private apps cannot be listed: they are kept in the app's settings only. */
export const hubspotDiagnosis: CrmDiagnosis = {
  accounts: (connection) => tokensOf(connection).map(({ portal }) => portal ?? 'default'),
  async scopes(connection) {
    const told = await Promise.all(tokensOf(connection).map((token) => examine(token, connection)))
    return told.find(({ ok }) => !ok) ?? told[0] ?? noToken
  },
  writeBack: checkHubspotWriteBack,
}

const noToken: Told = { ok: true, finding: 'could not be checked: there is no token', fix: null }

async function examine({ portal, token }: HubspotToken, connection: CrmConnection): Promise<Told> {
  const { guide } = connection
  const info = await scopesOf(token, connection)
  if (!info) {
    return {
      ok: true,
      finding: 'could not be checked: HubSpot tells the scopes of private apps only',
      fix: null,
    }
  }
  if (portal !== null && info.hubId !== undefined && info.hubId !== portal) {
    return {
      ok: false,
      finding: `the token of portal ${portal} belongs to portal ${info.hubId}`,
      fix: `Write HUBSPOT_ACCESS_TOKEN as portalId=token with the token of each portal: see ${guide}.`,
    }
  }
  if (!info.scopes.includes(contactsScope)) {
    return {
      ok: false,
      finding: `the token${portal ? ` of portal ${portal}` : ''} lacks the scope ${contactsScope}`,
      fix: `Add it under Scopes of the private app: see ${guide}.`,
    }
  }
  const companies = info.scopes.includes(companiesScope)
    ? `and ${companiesScope}`
    : `only: companies cannot be read without ${companiesScope}`
  return { ok: true, finding: `${contactsScope} ${companies}`, fix: null }
}
