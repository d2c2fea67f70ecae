import { Misconfigured, RetryLater } from '../core/model/errors.ts'
import { fingerprint } from '../core/model/fingerprint.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { AccessToken, TokenRecord, TokenStore } from '../core/ports/token-store.ts'

/** A token that expires sooner than this is renewed, so that it lasts for the call that it is used in. */
const marginMillis = 60_000
/** Between two requests for a token: the strictest CRM, Zoho, issues ten in ten minutes. */
const shortestIntervalMillis = 60_000

export type AccessTokens = {
  /**
   * A token that is valid now. Throws RetryLater while another function asks for one, and whatever `request` throws.
   * `refused` is a token that the API has just answered 401 to: it is never returned again. Throws Misconfigured
   * (`CRM_DENIED`) when it is newer than a minute, because another one would be refused as well.
   */
  current(refused?: string): Promise<AccessToken>
}

type Given = {
  /** The source's name. */
  readonly name: string
  /** What the token is asked for with: other credentials get another token. */
  readonly credentials: readonly (string | undefined)[]
  readonly title: string
  readonly store: TokenStore
  readonly clock: Clock
  /** Asks the CRM for a token. */
  readonly request: () => Promise<AccessToken>
}

/** One access token that all functions share: whoever first needs a new one asks for it, and the others wait. */
export function sharedAccessToken(given: Given): AccessTokens {
  const { title, store, clock, request } = given
  const name = tokenName(given.name, given.credentials)
  let known: AccessToken | null = null
  let renewing: { readonly refused: string | undefined; readonly token: Promise<AccessToken> } | undefined

  const isUsable = (token: AccessToken | null, refused: string | undefined): token is AccessToken =>
    token !== null &&
    token.token !== refused &&
    Date.parse(token.expiresAt) - marginMillis > clock.now().getTime()

  const renew = async (refused: string | undefined): Promise<AccessToken> => {
    const stored = await store.findToken(name)
    if (stored && isUsable(stored.token, refused)) return stored.token
    const sinceAsked = stored ? clock.now().getTime() - Date.parse(stored.askedAt) : Number.POSITIVE_INFINITY
    if (sinceAsked < shortestIntervalMillis)
      throw tooSoon(title, refused !== undefined && stored?.token?.token === refused, sinceAsked)
    const claim = { name, token: stored?.token ?? null, revision: stored?.revision ?? 0 }
    const claimed = await store.saveToken({ ...claim, askedAt: clock.now().toISOString() })
    if (!claimed) throw renewedElsewhere(title)
    const token = await request()
    // Where another function was faster, its token is as good as this one.
    await store.saveToken({ ...claimed, token })
    return token
  }

  return {
    async current(refused) {
      if (isUsable(known, refused)) return known
      if (!renewing || renewing.refused !== refused) {
        const token = renew(refused).finally(() => {
          if (renewing?.token === token) renewing = undefined
        })
        renewing = { refused, token }
      }
      known = await renewing.token
      return known
    },
  }
}

function tooSoon(title: string, isRefused: boolean, sinceAsked: number): Error {
  if (!isRefused) return renewedElsewhere(title)
  return new Misconfigured(
    'CRM_DENIED',
    `${title} refuses the access token that it issued ${Math.round(sinceAsked / 1000)} s ago: check the rights of the connected user and the API URL`,
  )
}

function renewedElsewhere(title: string): RetryLater {
  return new RetryLater('CRM_TOKEN_PENDING', `another function is asking ${title} for an access token`, {
    afterSeconds: 5,
    counts: false,
  })
}

/** The name in the store of what belongs to a source with these credentials. */
export function tokenName(source: string, credentials: Given['credentials']): string {
  return `${source}/${fingerprint(credentials).slice(0, 16)}`
}

/** Keeps tokens in memory: for a function that calls no API, and for tests. */
export function memoryTokens(): TokenStore {
  const records = new Map<string, TokenRecord>()
  return {
    findToken: async (name) => records.get(name) ?? null,
    async saveToken(record) {
      if ((records.get(record.name)?.revision ?? 0) !== record.revision) return null
      const saved = { ...record, revision: record.revision + 1 }
      records.set(record.name, saved)
      return saved
    },
  }
}

/**
 * Uses the shared tokens, but keeps those that it issues in memory: for commands that change nothing in the table. Where the
 * table cannot be read, there is no shared token.
 */
export function borrowedTokens(shared: Pick<TokenStore, 'findToken'>): TokenStore {
  const own = new Map<string, TokenRecord>()
  return {
    findToken: async (name) => own.get(name) ?? shared.findToken(name).catch(() => null),
    async saveToken(record) {
      const saved = { ...record, revision: record.revision + 1 }
      own.set(record.name, saved)
      return saved
    },
  }
}

/** As `borrowedTokens`, but leaves a token that it issues to the others, unless one of them was first or the table refuses. */
export function contributedTokens(shared: TokenStore): TokenStore {
  const borrowed = borrowedTokens(shared)
  return {
    ...borrowed,
    async saveToken(record) {
      if (record.token) {
        const stored = await shared.findToken(record.name).catch(() => null)
        await shared.saveToken({ ...record, revision: stored?.revision ?? 0 }).catch(() => null)
      }
      return borrowed.saveToken(record)
    },
  }
}
