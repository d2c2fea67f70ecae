import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { isForeign } from '../own-account.ts'
import type { Connection } from './call.ts'
import { expandRequisite } from './expand-requisite.ts'
import { fetchBitrix24Customers } from './fetch-customers.ts'
import { listBitrix24Changes } from './list-changed.ts'
import { rememberedPortal } from './portal.ts'
import { readBitrix24Changes } from './read-changes.ts'
import { verifyBitrix24Token } from './signature.ts'

export type Bitrix24Options = Connection & {
  /** The application tokens of the outgoing webhook; two during rotation. Without any, every request is rejected. */
  readonly applicationTokens: readonly string[]
  readonly fields?: FieldOverrides | undefined
  /** Where the portal's member id is kept. */
  readonly tokens: TokenStore
}

/** Bitrix24: webhooks that name a lead, a contact or a company, which is then read with its address. */
export function bitrix24Source(options: Bitrix24Options): CrmSource {
  const portal = rememberedPortal(options, options.tokens)
  return {
    name: 'bitrix24',
    door: {
      mediaTypes: ['application/x-www-form-urlencoded'],
      // Bitrix24 sends nothing again, and calls endpoints that fail less often.
      answers: { queued: 200, ignored: 200, unreadable: 200, head: 405 },
      verify: (request) => verifyBitrix24Token(request, options.applicationTokens),
      readChanges: readBitrix24Changes,
    },
    sendsSnapshots: false,
    fetchCustomers: (refs) => fetchBitrix24Customers(refs, options),
    expand: (related) => expandRequisite(related, options),
    listChanged: (since, cursor) => listBitrix24Changes(since, cursor, portal, options),
    ownsAccount: async (account) => !isForeign(account, await portal.memberId(account)),
  }
}
