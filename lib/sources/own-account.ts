import { Rejected } from '../core/errors.ts'
import type { FetchedCustomer } from '../core/ports.ts'

/** Which of the CRM's accounts our token belongs to; undefined where that cannot be told. */
export type OwnAccount = () => Promise<string | undefined>

/** Asks once and remembers: concurrent callers share the question, and a failed one is asked again. */
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

/** Whether an account is certainly not the token's: then a record of the same id there is somebody else. */
export function isForeign(account: string, own: string | undefined): boolean {
  return own !== undefined && own !== account
}

/** The answer for a record of another account than the token's, which must not be read with it. */
export function foreignAccount(crm: string, account: string, own: string | undefined): FetchedCustomer {
  const error = new Rejected(
    'FOREIGN_ACCOUNT',
    `the event is of ${crm} account ${account}, but the access token belongs to ${own}: remove the webhook there, or set a token of that account`,
  )
  return { kind: 'failed', error }
}
