import type { RecordRef } from '../model/change.ts'
import { Rejected } from '../model/errors.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { accountOf } from './read-together.ts'

/**
 * Throws Rejected (`FOREIGN_ACCOUNT`) for a record of an account that our token does not belong to: the same id is another
 * customer in our own account. Throws like `ownsAccount` when the CRM does not answer.
 */
export type AccountCheck = (ref: RecordRef) => Promise<void>

/** The check for one batch: at most one call per account. */
export function accountCheck(source: SyncDeps['source']): AccountCheck {
  const asked = new Map<string, Promise<boolean>>()
  const isOwn = (ref: RecordRef): Promise<boolean> => {
    const key = accountOf(ref)
    const known = asked.get(key)
    if (known) return known
    const answer = source(ref.source).then((crm) => crm.ownsAccount(ref.account))
    asked.set(key, answer)
    return answer
  }
  return async (ref) => {
    if (await isOwn(ref)) return
    throw new Rejected(
      'FOREIGN_ACCOUNT',
      `the event comes from ${ref.source} account ${ref.account}, which the access token does not belong to: remove the webhook from that account, or configure a token for it`,
    )
  }
}

/** One adapter per CRM for a whole batch, so that records are read with the token their account was checked with. */
export function oneSourceEach(source: SyncDeps['source']): SyncDeps['source'] {
  const chosen = new Map<string, ReturnType<SyncDeps['source']>>()
  return (name) => {
    const adapter = chosen.get(name) ?? source(name)
    chosen.set(name, adapter)
    return adapter
  }
}
