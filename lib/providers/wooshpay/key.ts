import { Misconfigured } from '../../core/model/errors.ts'
import type { Mode } from '../../core/model/provider.ts'
import { isLoopback } from '../../support/origin.ts'

/** The host of each mode. */
export const hosts: Record<Mode, string> = { live: 'api.wooshpay.com', test: 'apitest.wooshpay.com' }

/**
 * The secret key and its mode. The dashboard reportedly shows keys already base64-encoded as `sk_…:`, so those are
 * decoded. Throws Misconfigured for any other format.
 */
export function readSecretKey(configured: string): { readonly key: string; readonly mode: Mode } {
  const candidates = [configured, Buffer.from(configured, 'base64').toString('latin1').replace(/:$/, '')]
  for (const candidate of candidates) {
    const mode = candidate.match(/^sk_(live|test)_[\x21-\x39\x3b-\x7e]+$/)?.[1]
    if (mode === 'live' || mode === 'test') return { key: candidate, mode }
  }
  const isPublic = candidates.some((candidate) => /^pk[._]/i.test(candidate))
  throw new Misconfigured(
    'BAD_KEY',
    isPublic
      ? 'WOOSHPAY_SECRET_KEY holds a public key: set the secret key, sk_live_… or sk_test_…'
      : 'WOOSHPAY_SECRET_KEY: expected a secret key, sk_live_… or sk_test_…',
  )
}

/** The origin for the key's mode. Throws Misconfigured when the configured one belongs to the other mode. */
export function originFor(mode: Mode, origin: string | undefined): string {
  if (origin === undefined) return `https://${hosts[mode]}`
  const { hostname, host } = new URL(origin)
  if (isLoopback(hostname) || host === hosts[mode]) return origin
  throw new Misconfigured('WRONG_MODE', `WOOSHPAY_API_URL: a ${mode} key belongs to https://${hosts[mode]}`)
}
