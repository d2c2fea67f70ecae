/** The CRM account of our token; undefined when the CRM does not return it. */
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

/** Whether an account is known not to be the token's. There, the same record id is a different customer. */
export function isForeign(account: string, own: string | undefined): boolean {
  return own !== undefined && own !== account
}
