/** The CRM account that our token belongs to; undefined when the CRM does not tell. */
export type OwnAccount = () => Promise<string | undefined>

/** Caches the answer: concurrent callers share one request, and a failed request is repeated by the next caller. */
export function askedOnce(ask: OwnAccount): OwnAccount {
  let asked: ReturnType<OwnAccount> | undefined
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
}

/** Whether an account is known not to be the token's. A record with the same id is another customer there. */
export function isForeign(account: string, own: string | undefined): boolean {
  return own !== undefined && own !== account
}
