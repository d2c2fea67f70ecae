import { Rejected } from '../core/errors.ts'
import type { FetchedCustomer } from '../core/ports.ts'

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

/** The answer for a record of an account that the token does not belong to. */
export function foreignAccount(crm: string, account: string, own: string | undefined): FetchedCustomer {
  const error = new Rejected(
    'FOREIGN_ACCOUNT',
    `the event comes from ${crm} account ${account}, but the access token belongs to ${own}: remove the webhook from that account, or configure a token for it`,
  )
  return { kind: 'failed', error }
}
