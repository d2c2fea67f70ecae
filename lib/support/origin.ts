import { Misconfigured } from '../core/model/errors.ts'

/** An address that the operator may set. Keys are sent to these hosts only. */
export type ApiUrl = {
  /** The vendor's default address, where all customers share one. */
  readonly default?: string
  /** An exact host, or a suffix such as `.pipedrive.com`. `any` for the operator's own API. */
  readonly hosts: readonly string[] | 'any'
}
export type ApiUrls = Readonly<Record<string, ApiUrl>>

/** The origins by variable: the configured value, or the vendor's default. Throws as `checkedOrigin` does. */
export function originsOf(
  apiUrls: ApiUrls,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const origins = Object.entries(apiUrls).map(([variable, { hosts, default: vendors }]) => {
    const url = given[variable] ?? vendors
    return [variable, url === undefined ? undefined : checkedOrigin(url, hosts, variable)]
  })
  return Object.fromEntries(origins)
}

/** Whether the host of a URL is this machine, the only one allowed over plain http. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * The origin of a configured API URL: https, one of `hosts`, or this machine, so that a key is only sent to its
 * vendor. Throws Misconfigured with a single line that names the `setting`.
 */
export function checkedOrigin(url: string, hosts: ApiUrl['hosts'], setting = 'API URL'): string {
  const refuse = (expected: string) => new Misconfigured('BAD_API_URL', `${setting}: expected ${expected}`)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed)
    throw refuse(
      `a URL such as https://${hosts === 'any' ? 'crm.example' : hosts[0]?.replace(/^\./, 'example.')}`,
    )
  if (parsed.pathname !== '/' || parsed.search || parsed.hash || parsed.username || parsed.password) {
    throw refuse('an origin without a path, a query or credentials')
  }
  if (isLoopback(parsed.hostname) && /^https?:$/.test(parsed.protocol)) return parsed.origin
  if (parsed.protocol !== 'https:') throw refuse('https (plain http is allowed for 127.0.0.1 only)')
  if (hosts === 'any') return parsed.origin
  const isAllowed = hosts.some((host) =>
    host.startsWith('.') ? parsed.hostname.endsWith(host) : parsed.host === host,
  )
  if (!isAllowed)
    throw refuse(`one of the hosts ${hosts.map((host) => host.replace(/^\./, '*.')).join(', ')}`)
  return parsed.origin
}
