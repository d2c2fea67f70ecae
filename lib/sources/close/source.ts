import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { expandLead } from './expand-lead.ts'
import { fetchCloseCustomers } from './fetch-customers.ts'
import { listCloseChanges } from './list-changed.ts'
import { fetchOrganization } from './organization.ts'
import { readCloseChanges } from './read-changes.ts'
import { checkedKeys, verifyCloseSignature } from './signature.ts'

export type CloseOptions = {
  /** The subscription's `signature_key`, in hexadecimal; two during rotation. Without any, every request is rejected. */
  readonly signatureKeys: readonly string[]
  readonly apiKey: string | undefined
  readonly origin: string
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

/**
 * Close: contacts are customers, with the name and the address of their lead. An event holds only one of the two, so both are
 * read. A change of a lead is one of its contacts. Throws Misconfigured when a signature key is not hexadecimal.
 */
export function closeSource(options: CloseOptions): CrmSource {
  const keys = checkedKeys(options.signatureKeys)
  const ownOrganization = askedOnce(async () => (options.apiKey ? fetchOrganization(options) : undefined))
  return {
    name: 'close',
    door: {
      mediaTypes: ['application/json'],
      // A body that cannot be read would be sent again for three days, and the subscription paused.
      answers: { queued: 200, ignored: 200, unreadable: 200, head: 405 },
      verify: (request) => verifyCloseSignature(request, keys),
      readChanges: readCloseChanges,
    },
    sendsSnapshots: false,
    listsDeleted: true,
    fetchCustomers: (refs) => fetchCloseCustomers(refs, options),
    expand: (lead) => expandLead(lead, options),
    listChanged: (since, cursor) => listCloseChanges(since, cursor, options),
    ownsAccount: async (account) => !isForeign(account, await ownOrganization()),
  }
}
