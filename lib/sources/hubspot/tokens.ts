import * as z from 'zod'
import { answeredJson } from '../../support/json.ts'
import type { CrmConnection } from '../offline-definition.ts'
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

/** `portal` is null for the token of all other portals. */
export type HubspotToken = { readonly portal: string | null; readonly token: string }

export function tokensOf({ secrets }: CrmConnection): readonly HubspotToken[] {
  const { byAccount, default: fallback } = parseAccessTokens(secrets['HUBSPOT_ACCESS_TOKEN'])
  const named = Object.entries(byAccount).map(([portal, token]) => ({ portal, token }))
  return [...named, ...(fallback === undefined ? [] : [{ portal: null, token: fallback }])]
}

/** What HubSpot tells of the token of a private app; undefined for any other token. */
export async function scopesOf(token: string, { origins }: CrmConnection) {
  const { status, text } = await callHubspot({
    origin: origins['HUBSPOT_API_URL'] ?? '',
    token,
    method: 'POST',
    path: tokenInfoPath,
    body: { tokenKey: token },
  })
  return status === 200 ? tokenInfoSchema.safeParse(answeredJson(text)).data : undefined
}
