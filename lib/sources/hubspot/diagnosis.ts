import * as z from 'zod'
import { answeredJson } from '../../support/json.ts'
import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { parseAccessTokens } from './access-tokens.ts'
import { callHubspot } from './call.ts'

/** https://developers.hubspot.com/docs/api/private-apps, at its end: the scopes that a private app's token has. */
export const tokenInfoPath = '/oauth/v2/private-apps/get/access-token-info'
export const contactsScope = 'crm.objects.contacts.read'
export const companiesScope = 'crm.objects.companies.read'
export const writeScopes = {
  contacts: 'crm.objects.contacts.write',
  companies: 'crm.objects.companies.write',
} as const

/** The names are those that clients of HubSpot's read; the documentation shows no schema. */
const tokenInfoSchema = z.object({
  hubId: z.union([z.number(), z.string()]).transform(String).optional(),
  scopes: z.array(z.string()),
})

/** HubSpot's webhook subscriptions of private apps cannot be listed: they are kept in the app's settings only. */
export const hubspotDiagnosis: CrmDiagnosis = {
  accounts: (connection) => tokensOf(connection).map(({ portal }) => portal ?? 'default'),
  async scopes(connection) {
    const told = await Promise.all(tokensOf(connection).map((token) => examine(token, connection)))
    return told.find(({ ok }) => !ok) ?? told[0] ?? noToken
  },
}

const noToken: Told = { ok: true, finding: 'could not be checked: there is no token', fix: null }

/** `portal` is null for the token of all other portals. */
type Token = { readonly portal: string | null; readonly token: string }

function tokensOf({ secrets }: CrmConnection): readonly Token[] {
  const { byAccount, default: fallback } = parseAccessTokens(secrets['HUBSPOT_ACCESS_TOKEN'])
  const named = Object.entries(byAccount).map(([portal, token]) => ({ portal, token }))
  return [...named, ...(fallback === undefined ? [] : [{ portal: null, token: fallback }])]
}

async function examine({ portal, token }: Token, { origins, guide }: CrmConnection): Promise<Told> {
  const { HUBSPOT_API_URL: origin = '' } = origins
  const { status, text } = await callHubspot({
    origin,
    token,
    method: 'POST',
    path: tokenInfoPath,
    body: { tokenKey: token },
  })
  const info = status === 200 ? tokenInfoSchema.safeParse(answeredJson(text)).data : undefined
  if (!info) {
    return {
      ok: true,
      finding: `could not be checked: HubSpot tells the scopes of private apps only (it answered ${status})`,
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
