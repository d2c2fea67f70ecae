/** An access token of a CRM's API. */
export type AccessToken = {
  readonly token: string
  /** The address of the API that came with the token; null when the CRM tells none. */
  readonly apiUrl: string | null
  /** ISO 8601. */
  readonly expiresAt: string
}

/** The token that all functions share, and when it was last asked for. */
export type TokenRecord = {
  /** The source's name, and a mark of its credentials. */
  readonly name: string
  /** Null until the first one has been issued. */
  readonly token: AccessToken | null
  /** When a function last asked the CRM for a token; ISO 8601. */
  readonly askedAt: string
  readonly revision: number
}

/** Keeps one access token for each CRM whose tokens expire. */
export interface TokenStore {
  findToken(name: string): Promise<TokenRecord | null>
  /** Saves the record if the stored one still has `revision` (0: none). Null when another function was first. */
  saveToken(record: TokenRecord): Promise<TokenRecord | null>
}
