import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { askedOnce, isForeign } from '../own-account.ts'
import { customerIdWriter } from '../write-back.ts'
import { fetchCompany } from './company.ts'
import { fetchPipedriveCustomers } from './fetch-customers.ts'
import { listPipedriveChanges } from './list-changed.ts'
import { readPipedriveChanges } from './read-changes.ts'
import { verifyPipedriveCredentials } from './signature.ts'
import { writePipedriveIds } from './write-back.ts'

export type PipedriveOptions = {
  /** `http_auth_user` and `http_auth_password` of the webhook. Without them, every request is rejected. */
  readonly users: readonly string[]
  /** Two during rotation. */
  readonly passwords: readonly string[]
  /** `https://{company}.pipedrive.com`. */
  readonly origin: string | undefined
  readonly apiToken: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
  readonly clock: Clock
}

/**
 * Pipedrive: webhooks v2 and legacy v1 for persons and organizations. If the webhook contains the whole record it is
 * used as a snapshot; otherwise the record is read from API v2.
 */
export function pipedriveSource(options: PipedriveOptions): CrmSource {
  const { users, passwords, origin, apiToken, writeBack, clock } = options
  const ownCompany = askedOnce(async () =>
    origin && apiToken ? fetchCompany({ origin, apiToken, clock }) : undefined,
  )
  return {
    name: 'pipedrive',
    door: {
      mediaTypes: ['application/json'],
      // Pipedrive bans a webhook for 30 minutes after ten failures, and events during a ban are lost.
      answers: { queued: 202, ignored: 202, unreadable: 202, head: 405 },
      verify: (request) => verifyPipedriveCredentials(request, { users, passwords }),
      readChanges: (request) => readPipedriveChanges(request, options),
    },
    sendsSnapshots: true,
    fetchCustomers: (refs) => fetchPipedriveCustomers(refs, options),
    listChanged: (since, cursor) => listPipedriveChanges(since, cursor, ownCompany, options),
    ...(writeBack && {
      writeBack: customerIdWriter(writeBack, clock, (ref, ids) =>
        writePipedriveIds(ref, ids, { ...options, writeBack }),
      ),
    }),
    ownsAccount: async (account) => !isForeign(account, await ownCompany()),
  }
}
