import { Misconfigured } from '../../core/model/errors.ts'

/** Tokens by portal id, and the token for all other portals. */
export type HubspotAccessTokens = {
  readonly default?: string | undefined
  readonly byAccount: Readonly<Record<string, string>>
}

/**
 * Parses `HUBSPOT_ACCESS_TOKEN`: one token, comma-separated `portalId=token` pairs, or both. Throws Misconfigured
 * with a single line that never repeats the value.
 */
export function parseAccessTokens(text = ''): HubspotAccessTokens {
  const byAccount: Record<string, string> = {}
  const defaults: string[] = []
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue
    const [, portal, token] = /^(\d{1,20})=(\S+)$/.exec(entry) ?? []
    if (portal && token) byAccount[portal] = token
    else defaults.push(entry)
  }
  if (defaults.length > 1 || defaults.some((token) => /[\s=]/.test(token))) {
    throw new Misconfigured(
      'BAD_SETTING',
      'HUBSPOT_ACCESS_TOKEN: expected one token, or portalId=token pairs separated by commas',
    )
  }
  return { byAccount, ...(defaults[0] !== undefined && { default: defaults[0] }) }
}

/** The token for a portal. Throws Misconfigured when there is none. */
export function accessTokenFor(
  { byAccount, default: fallback }: HubspotAccessTokens,
  account: string,
): string {
  const token = (Object.hasOwn(byAccount, account) ? byAccount[account] : undefined) ?? fallback
  if (token) return token
  throw new Misconfigured('NO_ACCESS_TOKEN', `HUBSPOT_ACCESS_TOKEN has no token for portal ${account}`)
}
