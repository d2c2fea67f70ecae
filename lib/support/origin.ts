import { Misconfigured } from '../core/model/errors.ts'

/** Whether the host of a URL is this machine itself, the only place plain http may go. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * The origin of a configured API URL, so that a key is never sent anywhere but to its vendor: https, one of
 * `allowedHosts` (exact, or a suffix such as `.pipedrive.com`), or this machine. Throws Misconfigured with one line
 * that names the `setting`.
 */
export function checkedOrigin(url: string, allowedHosts: readonly string[], setting = 'API URL'): string {
  const refuse = (expected: string) => new Misconfigured('BAD_API_URL', `${setting}: expected ${expected}`)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw refuse(`a URL such as https://${allowedHosts[0]?.replace(/^\./, 'example.')}`)
  if (parsed.pathname !== '/' || parsed.search || parsed.hash || parsed.username || parsed.password) {
    throw refuse('an origin alone, without a path, a query or credentials')
  }
  if (isLoopback(parsed.hostname) && /^https?:$/.test(parsed.protocol)) return parsed.origin
  if (parsed.protocol !== 'https:') throw refuse('https (plain http goes to 127.0.0.1 only)')
  const allowed = allowedHosts.some((host) =>
    host.startsWith('.') ? parsed.hostname.endsWith(host) : parsed.host === host,
  )
  if (!allowed)
    throw refuse(`one of the hosts ${allowedHosts.map((host) => host.replace(/^\./, '*.')).join(', ')}`)
  return parsed.origin
}
